// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

const (
	// packageName is that of the package in a catalog, and channel the one that it is in.
	packageName, channel = "rolewright", "candidate"
	// secondStep is the name of the file with what the format cannot carry.
	secondStep = "admission.yaml"
)

// parts are the objects of an installation by their place.
type parts struct {
	crds, deployments []*unstructured.Unstructured
	// manifests are those that the bundle carries as they are, and separate those that it cannot carry.
	manifests, separate []*unstructured.Unstructured
	// clusterRules and rules are the rights of service accounts in the cluster, and in the namespace of the installation.
	clusterRules, rules map[string][]any
	namespace           string
}

// Make returns the files of the bundle, by their paths in it, for the objects of an installation.
func Make(objects, samples []*unstructured.Unstructured, version string) (map[string][]byte, error) {
	p, err := split(objects)
	if err != nil {
		return nil, err
	}
	csv, err := p.clusterServiceVersion(samples, version)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{
		"metadata/annotations.yaml": annotations(),
		"bundle.Dockerfile":         dockerfile(),
	}
	for _, object := range append(slices.Concat(p.crds, p.manifests), csv) {
		name := fmt.Sprintf("manifests/%s_%s.yaml", strings.ToLower(object.GetKind()), object.GetName())
		if files[name], err = written(object); err != nil {
			return nil, err
		}
	}
	var separate bytes.Buffer
	separate.WriteString(license + "# What a bundle of OLM cannot carry: kubectl apply --server-side -f " + secondStep + "\n")
	for _, object := range p.separate {
		text, err := yaml.Marshal(object.Object)
		if err != nil {
			return nil, err
		}
		separate.WriteString("---\n")
		separate.Write(text)
	}
	files[secondStep] = separate.Bytes()
	return files, nil
}

const license = "# SPDX-License-Identifier: Apache-2.0\n"

func written(object *unstructured.Unstructured) ([]byte, error) {
	text, err := yaml.Marshal(object.Object)
	return append([]byte(license), text...), err
}

// carried are the kinds that a bundle carries as they are. The format knows more; those of an installation that are not here have another
// place.
var carried = []string{"ClusterRole", "Service", "PodDisruptionBudget"}

// separated are the kinds that an administrator applies: the format has no policies, its webhooks have no matchConditions, and it would
// overwrite the certificate in the Secret with each version.
var separated = []string{
	"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration", "Secret",
}

// split gives every object its place.
func split(objects []*unstructured.Unstructured) (*parts, error) {
	p := &parts{clusterRules: map[string][]any{}, rules: map[string][]any{}}
	for _, o := range objects {
		if o.GetKind() == "Namespace" {
			p.namespace = o.GetName()
		}
	}
	bound, err := p.takeRights(objects)
	if err != nil {
		return nil, err
	}
	for _, o := range objects {
		if bound[o] {
			continue
		}
		if err := p.place(o); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// place gives an object that binds no rights its place.
func (p *parts) place(o *unstructured.Unstructured) error {
	switch kind := o.GetKind(); {
	case kind == "Namespace", kind == "ServiceAccount":
		// OLM makes the namespace and the accounts of the rights.
	case kind == "CustomResourceDefinition":
		p.crds = append(p.crds, o)
	case kind == "Deployment":
		p.deployments = append(p.deployments, o)
	case slices.Contains(separated, kind), o.GetNamespace() != "" && o.GetNamespace() != p.namespace:
		p.separate = append(p.separate, o)
	case slices.Contains(carried, kind):
		o = o.DeepCopy()
		o.SetNamespace("")
		p.manifests = append(p.manifests, o)
	default:
		return fmt.Errorf("%s %s has no place in a bundle", kind, o.GetName())
	}
	return nil
}

// takeRights takes over the rights of service accounts, and returns the objects that give them, which OLM makes again.
func (p *parts) takeRights(objects []*unstructured.Unstructured) (bound map[*unstructured.Unstructured]bool, err error) {
	bound = map[*unstructured.Unstructured]bool{}
	for _, binding := range objects {
		kind := binding.GetKind()
		if kind != "ClusterRoleBinding" && (kind != "RoleBinding" || binding.GetNamespace() != p.namespace) {
			continue
		}
		role, err := roleOf(binding, objects)
		if err != nil {
			return nil, err
		}
		rules, _, err := unstructured.NestedSlice(role.Object, "rules")
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", role.GetKind(), role.GetName(), err)
		}
		accounts, err := accountsOf(binding, p.namespace)
		if err != nil {
			return nil, err
		}
		for _, account := range accounts {
			if kind == "ClusterRoleBinding" {
				p.clusterRules[account] = append(p.clusterRules[account], rules...)
			} else {
				p.rules[account] = append(p.rules[account], rules...)
			}
		}
		bound[binding], bound[role] = true, true
	}
	return bound, nil
}

// roleOf returns the role that a binding binds.
func roleOf(binding *unstructured.Unstructured, objects []*unstructured.Unstructured) (*unstructured.Unstructured, error) {
	ref, _, err := unstructured.NestedStringMap(binding.Object, "roleRef")
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", binding.GetKind(), binding.GetName(), err)
	}
	for _, o := range objects {
		if o.GetKind() == ref["kind"] && o.GetName() == ref["name"] && (o.GetNamespace() == "" || o.GetNamespace() == binding.GetNamespace()) {
			return o, nil
		}
	}
	return nil, fmt.Errorf("%s %s binds %s %s, which is not part of the installation",
		binding.GetKind(), binding.GetName(), ref["kind"], ref["name"])
}

// accountsOf returns the service accounts of a namespace to which a binding gives rights, which are all its subjects.
func accountsOf(binding *unstructured.Unstructured, namespace string) (accounts []string, err error) {
	subjects, _, err := unstructured.NestedSlice(binding.Object, "subjects")
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", binding.GetKind(), binding.GetName(), err)
	}
	for _, s := range subjects {
		subject, _ := s.(map[string]any)
		if subject["kind"] != "ServiceAccount" || subject["namespace"] != namespace {
			return nil, fmt.Errorf("%s %s gives rights to %v, which is no service account of %s",
				binding.GetKind(), binding.GetName(), subject, namespace)
		}
		accounts = append(accounts, fmt.Sprint(subject["name"]))
	}
	return accounts, nil
}

// bundleLabels are what a catalog knows of the bundle.
var bundleLabels = [][2]string{
	{"operators.operatorframework.io.bundle.mediatype.v1", "registry+v1"},
	{"operators.operatorframework.io.bundle.manifests.v1", "manifests/"},
	{"operators.operatorframework.io.bundle.metadata.v1", "metadata/"},
	{"operators.operatorframework.io.bundle.package.v1", packageName},
	{"operators.operatorframework.io.bundle.channels.v1", channel},
	{"operators.operatorframework.io.bundle.channel.default.v1", channel},
}

func annotations() []byte {
	text := []byte(license + "annotations:\n")
	for _, label := range bundleLabels {
		text = fmt.Appendf(text, "  %s: %s\n", label[0], label[1])
	}
	return text
}

func dockerfile() []byte {
	text := []byte(license + "FROM scratch\n")
	for _, label := range bundleLabels {
		text = fmt.Appendf(text, "LABEL %s=%s\n", label[0], label[1])
	}
	return append(text, "COPY manifests /manifests/\nCOPY metadata /metadata/\n"...)
}
