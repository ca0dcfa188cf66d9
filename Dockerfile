# docker build --tag elbguard:0.1.0 .
#
# elbguard as a non-root user, without pip, cache or compiler; nothing in it needs a shell or a writable file system.
# `docker run elbguard:0.1.0` serves; other verbs work too: `... | docker run --interactive elbguard:0.1.0 check -`.

FROM python:3.11-slim AS build
SHELL ["/bin/bash", "-o", "errexit", "-o", "pipefail", "-c"]
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv --without-pip /opt/elbguard

# The dependencies change rarely: a layer of their own, which a change of our code leaves in the cache.
COPY pyproject.toml ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
    > requirements.txt \
    && pip --python /opt/elbguard/bin/python install --no-compile --only-binary :all: --requirement requirements.txt

COPY README.md LICENSE ./
COPY app app
COPY rules rules
# Bytecode that never looks at its source again: the image is read-only.
RUN pip --python /opt/elbguard/bin/python install --no-compile --no-deps . \
    && /opt/elbguard/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/elbguard/lib \
    && /opt/elbguard/bin/elbguard --version

FROM python:3.11-slim
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
