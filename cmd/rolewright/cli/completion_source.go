// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
)

// completionTimeout is how long a cluster may take: a shell waits for the answer.
const completionTimeout = 2 * time.Second

// completionSource finds what can be named, in manifests or in a cluster. It is silent: what cannot be read completes nothing.
type completionSource struct{ input *inputFlags }

// candidates are how to find what a word of usages stands for: in objects of some kinds, of which platform stands for those without a
// namespace. Each candidate may be followed by a tab and a description.
var candidates = map[string]struct {
	kinds []string
	names func(*intake.Objects) []string
}{
	"USER":         {[]string{model.KindAssignment, model.KindGroup}, userCandidates},
	"ROLE":         {[]string{model.KindRole, platform}, roleCandidates},
	"PERMISSION":   {[]string{platform}, permissionCandidates},
	"SECTION":      {[]string{platform}, sectionCandidates},
	"UNIT":         {[]string{model.KindStructure, model.KindOrganization}, unitCandidates},
	"ORGANIZATION": {[]string{model.KindOrganization}, organizationCandidates},
	"CATALOG":      {[]string{platform}, catalogCandidates},
	"TYPE":         {[]string{model.KindChain}, typeCandidates},
	"STEP":         {[]string{model.KindChain}, stepCandidates},
	"REQUEST":      {[]string{model.KindRequest}, requestCandidates},
}

const platform = "platform"

// find returns what a word stands for and begins with a prefix.
func (s *completionSource) find(ctx context.Context, word, prefix string) []string {
	ctx, cancel := context.WithTimeout(ctx, completionTimeout)
	defer cancel()
	if word == "NAMESPACE" {
		return withPrefix(s.namespaces(ctx), prefix)
	}
	return withPrefix(candidates[word].names(s.objects(ctx, candidates[word].kinds)), prefix)
}

// withPrefix returns the candidates that begin with a prefix, each once, without what could control a terminal.
func withPrefix(all []string, prefix string) []string {
	found := map[string]string{}
	for _, candidate := range all {
		name, description, _ := strings.Cut(candidate, "\t")
		if name != "" && strings.HasPrefix(name, prefix) && name == english.Printable(name) && found[name] == "" {
			found[name] = english.Printable(description)
		}
	}
	names := make([]string, 0, len(found))
	for name, description := range found {
		if description != "" && description != name {
			name += "\t" + description
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// objects reads objects of some kinds, as far as they can be read.
func (s *completionSource) objects(ctx context.Context, kinds []string) *intake.Objects {
	o := &intake.Objects{}
	if s.input.fromManifests() {
		if slices.Contains(s.input.filenames, "-") {
			return o
		}
		if loaded, _ := s.input.load(ctx); loaded != nil {
			return &loaded.Objects
		}
		return o
	}
	reader, namespace := s.cluster()
	if reader == nil {
		return o
	}
	for _, kind := range intake.Kinds() {
		if kind.Namespaced && slices.Contains(kinds, kind.Name) {
			_ = readKind(ctx, reader, &kind, o, namespace)
		}
	}
	if slices.Contains(kinds, platform) {
		_ = readPlatform(ctx, reader, string(namespace), o, io.Discard)
	}
	return o
}

// cluster returns a client and the selected namespace; nil without a cluster.
func (s *completionSource) cluster() (client.Reader, client.InNamespace) {
	if timeout := s.input.cluster.Timeout; timeout != nil && *timeout == "0" {
		*timeout = completionTimeout.String()
	}
	namespace, _, err := s.input.namespace()
	if err != nil {
		return nil, ""
	}
	reader, err := s.input.client("")
	if err != nil {
		return nil, ""
	}
	return reader, s.input.inNamespace(namespace)
}

// namespaces returns those of the manifests or of the cluster.
func (s *completionSource) namespaces(ctx context.Context) (names []string) {
	if s.input.fromManifests() {
		for name := range s.objects(ctx, nil).Namespaces() {
			names = append(names, name)
		}
		return names
	}
	reader, _ := s.cluster()
	if reader == nil {
		return nil
	}
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("NamespaceList"))
	_ = reader.List(ctx, list)
	for i := range list.Items {
		names = append(names, list.Items[i].Name)
	}
	return names
}
