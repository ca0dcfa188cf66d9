# docker build --tag elbguard .
#
# elbguard as a non-root user, without pip, cache or compiler; nothing in it needs a shell or a writable file system. It
# serves with a certificate: manifests/ says how in a cluster, and on this machine, after `make certs`,
#   docker run --user "$(id -u)" --volume "$PWD/certs:/certs:ro" --publish 8443:8443 elbguard serve --tls-cert /certs/tls.crt --tls-key /certs/tls.key
# Without arguments, `docker run elbguard` says just that and ends with 2. Other verbs need no certificate:
#   docker run --interactive elbguard check - < app/elbguard/demo/samples/1-works.yaml

# By digest, of all platforms at once, so that everybody builds on the same. When Debian or Python has news, renew both:
#   docker buildx imagetools inspect python:3.11-slim
FROM python:3.11-slim@sha256:9c900dea9e8fb7e16277c179b555cc72d29a352dbc33cff48ad5a0412fd5bfc7 AS build
SHELL ["/bin/bash", "-o", "errexit", "-o", "pipefail", "-c"]
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv --without-pip /opt/elbguard

# The dependencies change rarely: a layer of their own, which a change of our code leaves in the cache. The lock has their
# versions and hashes.
COPY requirements requirements
RUN pip install --require-hashes --only-binary :all: --requirement requirements/build.lock \
    && pip --python /opt/elbguard/bin/python install --no-compile --require-hashes --only-binary :all: \
    --requirement requirements/run.lock

COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY rules rules
# Bytecode that never looks at its source again: the image is read-only.
RUN pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && pip --python /opt/elbguard/bin/python install --no-compile --no-deps --no-index dist/*.whl \
    && /opt/elbguard/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/elbguard/lib \
    && /opt/elbguard/bin/elbguard --version

FROM python:3.11-slim@sha256:9c900dea9e8fb7e16277c179b555cc72d29a352dbc33cff48ad5a0412fd5bfc7
LABEL org.opencontainers.image.title="elbguard" \
      org.opencontainers.image.description="Admission webhook and checker for the kubernetes.io/elb.* annotations of CCE Services" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV PATH=/opt/elbguard/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
COPY --from=build /opt/elbguard /opt/elbguard
# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
WORKDIR /tmp
EXPOSE 8443
ENTRYPOINT ["elbguard"]
CMD ["serve"]
