{{/* A policy of the pods of one part: what it does not name is closed. */}}
{{- define "anlian.policy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "anlian.meta" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "anlian.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
{{- end -}}

{{- define "anlian.pods" -}}
- podSelector:
    matchLabels:
      {{- include "anlian.selector" . | nindent 6 }}
{{- end -}}

{{- define "anlian.dns" -}}
- to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }]
  ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]
{{- end -}}

{{/* The machines of members on which a port is open; takes root and opens, the port's name. */}}
{{- define "anlian.toMembers" -}}
{{- $opens := .opens -}}
{{- range .root.Values.members }}
{{- if get . $opens }}
- to: [{ ipBlock: { cidr: {{ .cidr | quote }} } }]
  ports: [{ port: {{ get . $opens }} }]
{{- end }}
{{- end }}
{{- end -}}

{{/* The machines of members that run a peer: nobody else has business with a peer or an orderer. */}}
{{- define "anlian.fromGovernors" -}}
{{- range .root.Values.members }}
{{- if .peerPort }}
- ipBlock: { cidr: {{ .cidr | quote }} }
{{- end }}
{{- end }}
{{- end -}}
