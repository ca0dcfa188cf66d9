"""The harness itself: the API server runs, kubectl reaches it, the users are who they say they are."""

from .cluster import Cluster

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: ClusterIP
  selector:
    app: web
  ports:
  - port: 80
"""


def test_the_api_server_is_ready(cluster: Cluster) -> None:
    result = cluster.kubectl("get", "--raw", "/readyz", check=True)
    assert result.stdout == "ok"


def test_kubectl_creates_a_service(cluster: Cluster) -> None:
    namespace = cluster.namespace()
    created = cluster.kubectl("-n", namespace, "apply", "-f", "-", stdin=SERVICE, check=True)
    assert created.stdout == "service/web created\n"
    service = cluster.request("GET", f"/api/v1/namespaces/{namespace}/services/web")
    assert service.body["spec"]["clusterIP"].startswith("10.247.")


def test_namespaces_are_fresh(cluster: Cluster) -> None:
    assert cluster.namespace() != cluster.namespace()


def test_the_controller_is_a_service_account(cluster: Cluster) -> None:
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview"}
    token = cluster.token("controller")
    answer = cluster.request("POST", "/apis/authentication.k8s.io/v1/tokenreviews", review | {"spec": {"token": token}})
    user = answer.body["status"]["user"]
    assert user["username"] == "system:serviceaccount:kube-system:cloud-controller"
    assert {"system:serviceaccounts", "system:serviceaccounts:kube-system"} <= set(user["groups"])
