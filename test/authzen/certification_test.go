// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"net/http"
	"os"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	certification "github.com/rolewright/rolewright/test/authzen"
)

var (
	pdp = flag.String("pdp", "", "certify the service at this base URL instead of one that the test starts")
	ca  = flag.String("ca", "", "file with the certificates to trust at -pdp")
)

// TestCertification runs the whole scenario: at the root, below the organization's path, with another organization beside
// it, and without metadata, where the default paths have to do.
func TestCertification(t *testing.T) {
	if *pdp != "" {
		passes(t, remote(t), *pdp)
		return
	}
	index := fixture(t)
	for name, test := range map[string]struct {
		another  bool
		path     string
		metadata bool
	}{
		"root":             {false, "", true},
		"below":            {false, "/" + namespace + "/" + organization, true},
		"one of two":       {true, "/" + namespace + "/" + organization, true},
		"without metadata": {false, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			handler := authzen.NewHandler(&scenario{index, test.another}, authzen.Options{})
			if !test.metadata {
				handler = without(handler)
			}
			server := serve(t, handler)
			outcomes := certification.Certify(t.Context(), server.Client(), server.URL+test.path)
			report(t, outcomes, func(o *certification.Outcome) bool { return test.metadata || o.Level != certification.Discovery })
		})
	}
}

// without takes the metadata away from a service.
func without(handler http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", handler)
	mux.HandleFunc("/.well-known/", http.NotFound)
	return mux
}

// passes certifies a service.
func passes(t *testing.T, client *http.Client, base string) {
	t.Helper()
	report(t, certification.Certify(t.Context(), client, base), func(*certification.Outcome) bool { return true })
}

// report shows what came of the tests, level by level.
func report(t *testing.T, outcomes []certification.Outcome, counts func(*certification.Outcome) bool) {
	t.Helper()
	passed := map[certification.Level]int{}
	for i := range outcomes {
		o := &outcomes[i]
		if !counts(o) {
			continue
		}
		for _, failure := range o.Failures {
			t.Errorf("%s %s, %s: %s", o.Level, o.ID, o.Name, failure)
		}
		if len(o.Failures) == 0 {
			passed[o.Level]++
		}
	}
	t.Logf("tests passed: %v", passed)
}

func remote(t *testing.T) *http.Client {
	t.Helper()
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if *ca != "" {
		text, err := os.ReadFile(*ca)
		if err != nil {
			t.Fatal(err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			t.Fatalf("%s holds no certificate", *ca)
		}
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: config}}
}
