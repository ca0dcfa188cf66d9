{{/* A map whose values Kubernetes wants as text, from values that --set has made numbers or booleans. */}}
{{- define "elbguard.texts" -}}
{{- $texts := dict -}}
{{- range $key, $value := . -}}
{{- $_ := set $texts $key (kindIs "float64" $value | ternary (int64 $value) $value | toString) -}}
{{- end -}}
{{- toYaml $texts -}}
{{- end }}

{{/* Labels and annotations of an object's metadata: `list $ NAME`, and a map of further annotations, if any.
Our label wins over those of the values: selectors go by it. */}}
{{- define "elbguard.marks" -}}
{{- $values := (index . 0).Values -}}
labels:
  {{- merge (dict "app.kubernetes.io/name" (index . 1)) (default dict $values.commonLabels) | include "elbguard.texts" | nindent 2 }}
{{- with merge (dict) (last . | kindIs "map" | ternary (last .) dict) (default dict $values.commonAnnotations) }}
annotations:
  {{- include "elbguard.texts" . | nindent 2 }}
{{- end }}
{{- end }}

{{/* A list of names as JSON, from a list or from words with commas between them. */}}
{{- define "elbguard.words" -}}
{{- if kindIs "string" . -}}
{{- regexFindAll "[^, ]+" . -1 | toJson -}}
{{- else -}}
{{- default list . | toJson -}}
{{- end -}}
{{- end }}

{{/* The namespaces that no webhook is asked about, as JSON; our own always, or our replicas would wait for themselves. */}}
{{- define "elbguard.excluded" -}}
{{- append (include "elbguard.words" .Values.excludedNamespaces | fromJsonArray) .Release.Namespace | uniq | toJson -}}
{{- end }}

{{/* The image; one that nobody named is visible as such, and no node can start it. */}}
{{- define "elbguard.image" -}}
{{- $global := default dict .Values.global -}}
{{- $image := .Values.image -}}
{{- $registry := default $image.registry $global.imageRegistry -}}
{{- $isNamed := or $registry $image.tag $image.digest (ne $image.repository "elbguard") -}}
{{- $tag := default (empty $isNamed | ternary "-SET-THE-IMAGE-" .Chart.AppVersion) $image.tag -}}
{{- with $registry }}{{ trimSuffix "/" . }}/{{ end }}{{ $image.repository -}}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $tag }}{{ end -}}
{{- end }}

{{/* What every Pod says about pulling images and about where it runs. */}}
{{- define "elbguard.placement" -}}
{{- with concat (default list (default dict .Values.global).imagePullSecrets) (default list .Values.imagePullSecrets) }}
imagePullSecrets:
{{- range . }}
- name: {{ kindIs "string" . | ternary . (get (kindIs "map" . | ternary . dict) "name") | quote }}
{{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- include "elbguard.texts" . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
{{ toYaml . }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Of every Pod and container: the Pod Security profile "restricted". */}}
{{- define "elbguard.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "elbguard.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* The settings, as the ConfigMap has them: empty ones are not given, and in the shadow the mode is audit. */}}
{{- define "elbguard.settings" -}}
{{- $found := .Values.shadow.enabled | ternary (dict "mode" "audit") dict -}}
{{- range $name, $value := .Values.settings -}}
{{- if or $value (and (eq $name "mode") (kindIs "bool" $value)) -}}
{{- $_ := set $found $name (kindIs "int64" $value | ternary (toString $value) $value) -}}
{{- end -}}
{{- end -}}
{{- $found | toJson -}}
{{- end }}

{{/* What the validating webhook says where it cannot be asked. */}}
{{- define "elbguard.failurePolicy" -}}
{{- default (and .Values.matchConditions.enabled (not .Values.shadow.enabled) | ternary "Fail" "Ignore") .Values.validating.failurePolicy -}}
{{- end }}

{{/* Which requests the webhooks are asked about: as in components/match-conditions, but for the users that are exempt. */}}
{{- define "elbguard.matchConditions" -}}
{{- if .Values.matchConditions.enabled }}
matchConditions: # an error in one would refuse the Service, hence null-safe
{{- range .Files.Get "files/match-conditions.yaml" | fromYamlArray }}
{{- if and (eq .name "not-exempt") (index $.Values.settings "exempt-user") }}
{{- with include "elbguard.exempt" (index $.Values.settings "exempt-user") }}
- name: not-exempt
  expression: {{ printf "!(%s)" . | quote }}
{{- end }}
{{- else }}
{{ toYaml (list .) }}
{{- end }}
{{- end }}
{{- with .Values.matchConditions.further }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end }}

{{/* In CEL: the user is one of these. A pattern that is not said so simply is left to the webhook, which knows it too. */}}
{{- define "elbguard.exempt" -}}
{{- $user := "request.userInfo.username" -}}
{{- $said := list -}}
{{- range kindIs "string" . | ternary (list .) . -}}
{{- if regexMatch "^[A-Za-z0-9:._@/-]+$" . -}}
{{- $said = append $said (printf "%s == '%s'" $user .) -}}
{{- else if regexMatch "^[A-Za-z0-9:._@/-]+[*]$" . -}}
{{- $said = append $said (printf "%s.startsWith('%s')" $user (trimSuffix "*" .)) -}}
{{- end -}}
{{- end -}}
{{- join " || " $said -}}
{{- end }}

{{- define "elbguard.clientConfig" -}}
clientConfig: # no caBundle: the replicas write it, and an upgrade leaves theirs alone
  service:
    namespace: {{ (index . 0).Release.Namespace | quote }}
    name: elbguard
    port: 443
    path: {{ index . 1 }}
{{- end }}

{{/* Annotations of the webhook configurations: where this one stands, cert-manager writes the caBundle. */}}
{{- define "elbguard.injection" -}}
{{- if .Values.certManager.enabled }}cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/elbguard{{ end -}}
{{- end }}

{{/* Whether the cluster is so old. */}}
{{- define "elbguard.isBefore" -}}
{{- if semverCompare (printf "<%s-0" (index . 1)) (index . 0).Capabilities.KubeVersion.Version }}true{{ end -}}
{{- end }}

{{/* Whether an object of Prometheus' operator is wanted: `list $ KIND WANTED`; auto is where the cluster serves its kind. */}}
{{- define "elbguard.isServed" -}}
{{- $wanted := index . 2 | toString -}}
{{- $isThere := (index . 0).Capabilities.APIVersions.Has (printf "monitoring.coreos.com/v1/%s" (index . 1)) -}}
{{- if or (eq $wanted "true") (and (eq $wanted "auto") $isThere) }}true{{ end -}}
{{- end }}

{{/* The values with the labels by which a Prometheus finds its objects, as JSON. */}}
{{- define "elbguard.monitored" -}}
{{- $labels := merge (dict) (default dict .Values.monitoring.labels) (default dict .Values.commonLabels) -}}
{{- dict "Values" (dict "commonLabels" $labels "commonAnnotations" .Values.commonAnnotations) | toJson -}}
{{- end }}
