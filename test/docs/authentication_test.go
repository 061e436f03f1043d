// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/apis/apiserver"
	"k8s.io/apiserver/pkg/apis/apiserver/install"
	"k8s.io/apiserver/pkg/apis/apiserver/validation"
	"k8s.io/apiserver/pkg/authentication/cel"
)

// TestAuthentication: an API server takes the configuration that the page on identity shows.
func TestAuthentication(t *testing.T) {
	scheme := runtime.NewScheme()
	install.Install(scheme)
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDecoder()
	configuration := &apiserver.AuthenticationConfiguration{}
	if err := runtime.DecodeInto(decoder, []byte(file(t, "docs/examples/authentication.yaml")), configuration); err != nil {
		t.Fatal(err)
	}
	if wrong := validation.ValidateAuthenticationConfiguration(cel.NewDefaultCompiler(), configuration, nil); len(wrong) > 0 {
		t.Error(wrong.ToAggregate())
	}
	if len(configuration.JWT) != 1 || configuration.JWT[0].ClaimMappings.Username.Prefix == nil {
		t.Errorf("the example says nothing of a prefix: %v", configuration.JWT)
	}
}
