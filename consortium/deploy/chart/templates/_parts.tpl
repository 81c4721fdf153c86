{{/* The newest patch release of each line of Fabric. */}}
{{- define "anlian.fabricVersion" -}}
{{- get (dict "2.5" "2.5.16" "3.1" "3.1.5") .Values.network.fabric -}}
{{- end -}}

{{- define "anlian.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{/* Each of the following takes (dict "root" $ "part" "peer"). */}}
{{- define "anlian.selector" -}}
app.kubernetes.io/name: anlian
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end -}}

{{- define "anlian.meta" -}}
name: {{ .root.Release.Name }}-{{ .part }}
labels:
  {{- include "anlian.selector" . | nindent 2 }}
  app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end -}}

{{/* A pod asks nothing of the cluster, and runs as nobody. */}}
{{- define "anlian.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "anlian.container" -}}
{{- $limits := get .root.Values.resources .part -}}
imagePullPolicy: IfNotPresent
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
resources:
  requests: { cpu: 100m, memory: {{ $limits.memory }} }
  limits: { cpu: {{ $limits.cpu | quote }}, memory: {{ $limits.memory }} }
{{- end -}}

{{- define "anlian.claim" -}}
- metadata: { name: data }
  spec:
    accessModes: [ReadWriteOnce]
    {{- with .root.Values.storage.className }}
    storageClassName: {{ . }}
    {{- end }}
    resources: { requests: { storage: {{ get .root.Values.storage .part }} } }
{{- end -}}

{{/* An MSP folder and TLS files, of "peer" or "orderer", in the layout of Fabric's programs. */}}
{{- define "anlian.crypto" -}}
projected:
  defaultMode: 0440
  sources:
    - secret:
        name: {{ get .root.Values.secrets .part }}
        items:
          - { key: ca.crt, path: {{ .part }}/cacerts/ca.crt }
          - { key: tlsca.crt, path: {{ .part }}/tlscacerts/ca.crt }
          - { key: cert.pem, path: {{ .part }}/signcerts/cert.pem }
          - { key: key.pem, path: {{ .part }}/keystore/key.pem }
          - { key: tlsca.crt, path: tls/ca.crt }
          - { key: tls.crt, path: tls/{{ .part }}.crt }
          - { key: tls.key, path: tls/{{ .part }}.key }
    - configMap:
        name: {{ .root.Release.Name }}-settings
        items: [{ key: msp.yaml, path: {{ .part }}/config.yaml }]
{{- end -}}

{{/* A changed file of settings starts its readers anew. */}}
{{- define "anlian.settingsHash" -}}
checksum/settings: {{ include (print $.Template.BasePath "/settings.yaml") . | sha256sum }}
{{- end -}}
