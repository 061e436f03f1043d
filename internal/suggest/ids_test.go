// SPDX-License-Identifier: Apache-2.0

package suggest

import "testing"

func TestFold(t *testing.T) {
	for id, want := range map[string]string{
		"ann": "ann", "Ann@Clinic.example": "ann@clinic.example", "zoe\u0308": "zo\u00eb", "\uff41nn": "ann", "a\u200bnn": "ann", "ann\u00a0": "ann",
		"stra\u00dfe": "strasse", "": "",
	} {
		if got := Fold(id); got != want || Fold(got) != got {
			t.Errorf("Fold(%q) is %q, want %q, which stays", id, got, want)
		}
	}
}

func TestWithoutIssuer(t *testing.T) {
	for id, want := range map[string]string{
		"ann": "", "oidc:ann": "ann", "corp-ad:ann": "ann", "https://issuer.example#ann": "ann", "https://issuer.example": "", "https://issuer.example#": "",
		"system:serviceaccount:a:b": "", ":ann": "", "oidc:": "", "a b:ann": "", "http://a#b#ann": "ann",
	} {
		got, is := WithoutIssuer(id)
		if is != (want != "") || is && got != want {
			t.Errorf("WithoutIssuer(%q) is %q, %v, want %q", id, got, is, want)
		}
	}
}
