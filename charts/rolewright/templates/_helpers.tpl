{{/* SPDX-License-Identifier: Apache-2.0 */}}

{{/* The labels of every object. */}}
{{- define "rolewright.labels" -}}
app.kubernetes.io/name: rolewright
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The image, by digest if there is one. */}}
{{- define "rolewright.image" -}}
{{- $tag := .Values.image.tag | default .Chart.AppVersion -}}
{{ .Values.image.repository }}{{ with $tag }}:{{ . | replace "+" "_" }}{{ end }}{{ with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{/*
The objects of files of config/, for the namespace of the release and with the labels of every object. Given are the root and
the paths of the files.
*/}}
{{- define "rolewright.files" -}}
{{- $root := first . }}
{{- range $path := rest . }}
{{- $text := $root.Files.Get $path | required (printf "the chart lacks %s: package it from a clone of the repository" $path) }}
{{- range $document := regexSplit "(?m)^---$" $text -1 }}
{{- $object := $document | replace "rolewright-system" $root.Release.Namespace | fromYaml }}
{{- if $object }}
{{- $labels := merge (include "rolewright.labels" $root | fromYaml) ($object.metadata.labels | default dict) }}
{{- $_ := set $object.metadata "labels" $labels }}
---
{{ toYaml $object }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* What pods of both programs have in common. Given are the root, the values of the program and its component. */}}
{{- define "rolewright.pod" -}}
{{- $root := index . 0 }}{{ $values := index . 1 }}{{ $component := index . 2 -}}
serviceAccountName: rolewright-{{ $component }}
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
{{- with $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
{{- with $values.topologySpreadConstraints }}
  {{- toYaml . | nindent 2 }}
{{- else }}
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        app.kubernetes.io/name: rolewright
        app.kubernetes.io/component: {{ $component }}
{{- end }}
{{- end }}

{{/* The metadata of a pod. Given are the root, the values of the program and its component. */}}
{{- define "rolewright.podMetadata" -}}
{{- $root := index . 0 }}{{ $values := index . 1 }}{{ $component := index . 2 -}}
annotations:
  kubectl.kubernetes.io/default-container: {{ $component }}
  {{- with $values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
labels:
  {{- include "rolewright.labels" $root | nindent 2 }}
  app.kubernetes.io/component: {{ $component }}
  {{- with $values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* What containers of both programs have in common. */}}
{{- define "rolewright.container" -}}
{{- $root := index . 0 }}{{ $values := index . 1 -}}
image: {{ include "rolewright.image" $root }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
resources:
  {{- toYaml $values.resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}
