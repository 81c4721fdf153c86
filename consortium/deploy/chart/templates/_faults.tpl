{{/* What a member must say: path, of whom, form, words. */}}
{{- define "anlian.settings" -}}
{{- $host := "[a-z0-9]([a-z0-9.-]*[a-z0-9])?" -}}
{{- $name := "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$" -}}
{{- toJson (list
  (list "image.repository" "all" "^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+$" "registry/name, without a tag")
  (list "member.id" "all" "^[a-z][a-z0-9-]*$" "the member's short name on the ledger")
  (list "member.company" "all" "^[0-9A-Z]{18}$" "the member's 统一社会信用代码")
  (list "member.kind" "all" "^(governor|participant)$" "governor or participant")
  (list "member.nameZh" "all" "." "the name people read, Chinese")
  (list "member.nameEn" "all" "." "the name people read, English")
  (list "network.channel" "all" "^[a-z][a-z0-9.-]*$" "the channel of the ledger")
  (list "network.chaincode" "all" "^[a-z][a-z0-9-]*$" "the chaincode on the channel")
  (list "network.fabric" "all" "^(2\\.5|3\\.1)$" "2.5 or 3.1")
  (list "node.publicUrl" "all" (printf "^https://%s/?$" $host) "production needs an https address on port 443")
  (list "secrets.database" "all" $name "name of the Secret with the database's password")
  (list "secrets.ingress" "all" $name "name of the Secret with the certificate of node.publicUrl")
  (list "ingress.className" "all" $name "the class of the ingress that ends TLS")
  (list "ingress.namespace" "all" $name "the namespace of the ingress controller")
  (list "node.carrierUrl" "participant" (printf "^https://%s(:[0-9]+)?/?$" $host) "the https address of the governor that carries commands")
  (list "member.mspId" "governor" "^[A-Za-z0-9.-]+$" "the member's MSP on the channel")
  (list "peer.address" "governor" (printf "^%s:[0-9]{1,5}$" $host) "host:port that the other members reach")
  (list "chaincode.packageId" "governor" "^[^:\\s]+:[0-9a-f]{64}$" "the package id that the member approved")
  (list "secrets.client" "governor" $name "name of the Secret with the node's client on the channel")
  (list "secrets.peer" "governor" $name "name of the Secret with the peer's identity")
  (list "secrets.chaincode" "governor" $name "name of the Secret with the chaincode's TLS key")
  (list "orderer.address" "orderer" (printf "^%s:[0-9]{1,5}$" $host) "host:port that the other members reach")
  (list "secrets.orderer" "orderer" $name "name of the Secret with the orderer's identity")
) -}}
{{- end -}}

{{/* What a member may say besides. */}}
{{- define "anlian.optional" -}}
image.tag peer.serviceType orderer.enabled orderer.serviceType storage.className
storage.node storage.postgres storage.peer storage.orderer
resources.node resources.postgres resources.peer resources.orderer resources.chaincode
{{- end -}}

{{/* Refuses unsafe or incomplete values with every fault at once. */}}
{{- define "anlian.refuse" -}}
{{- $values := .Values -}}
{{- $kind := $values.member.kind -}}
{{- $applies := list "all" $kind -}}
{{- if $values.orderer.enabled -}}{{- $applies = append $applies "orderer" -}}{{- end -}}
{{- $known := splitList " " (include "anlian.optional" . | replace "\n" " ") -}}
{{- $faults := list -}}
{{- range $row := include "anlian.settings" . | fromJsonArray -}}
  {{- $path := index $row 0 -}}
  {{- $known = append $known $path -}}
  {{- if has (index $row 1) $applies -}}
    {{- $parts := splitList "." $path -}}
    {{- $value := toString (get (get $values (index $parts 0)) (index $parts 1)) -}}
    {{- if not $value -}}
      {{- $faults = append $faults (printf "%s is missing: %s" $path (index $row 3)) -}}
    {{- else if not (regexMatch (index $row 2) $value) -}}
      {{- $faults = append $faults (printf "%s: %s" $path (index $row 3)) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- $text := toJson $values -}}
{{- if or (regexMatch "(?i)\"[a-z]*(password|passphrase|privatekey)[a-z]*\":" $text) (contains "PRIVATE KEY-----" $text) -}}
  {{- $faults = append $faults "a secret stands among the values: put it into a Secret and name that under secrets" -}}
{{- end -}}
{{- range $section, $entries := omit $values "members" "global" -}}
  {{- if not (kindIs "map" $entries) -}}
    {{- $faults = append $faults (printf "%s is no setting" $section) -}}
  {{- else -}}
    {{- range $key, $_ := $entries -}}
      {{- if not (has (printf "%s.%s" $section $key) $known) -}}
        {{- $faults = append $faults (printf "%s.%s is no setting" $section $key) -}}
      {{- end -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- if eq (toString $values.image.tag) "latest" -}}
  {{- $faults = append $faults "image.tag: latest moves; name a version" -}}
{{- end -}}
{{- range $part, $limits := $values.resources -}}
  {{- if not (and $limits.cpu $limits.memory) -}}
    {{- $faults = append $faults (printf "resources.%s: cpu and memory, both" $part) -}}
  {{- end -}}
{{- end -}}
{{- range $values.members -}}
  {{- if not (and .name (regexMatch "^[0-9a-f.:]+/[0-9]{1,3}$" (toString .cidr))) -}}
    {{- $faults = append $faults (printf "members: %s needs a name and a cidr" (.name | default "an entry")) -}}
  {{- else if hasSuffix "/0" .cidr -}}
    {{- $faults = append $faults (printf "members: the cidr of %s lets everybody through" .name) -}}
  {{- end -}}
{{- end -}}
{{- if not $values.members -}}
  {{- $faults = append $faults "members is missing: whom this member speaks with" -}}
{{- end -}}
{{- if and (eq $kind "participant") (or $values.orderer.enabled $values.peer.address) -}}
  {{- $faults = append $faults "member.kind: a participant runs neither peer nor orderer" -}}
{{- end -}}
{{- if $faults -}}
  {{- fail (printf "these values are refused:\n- %s" (join "\n- " $faults)) -}}
{{- end -}}
{{- end -}}
