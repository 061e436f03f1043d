// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConsoleDoesNotStartHalfConfigured: each flag that a console with log-in lacks, or that cannot be, is named.
func TestConsoleDoesNotStartHalfConfigured(t *testing.T) {
	noCluster(t)
	missing := filepath.Join("testdata", "missing")
	const issuer = " --oidc-issuer-url https://id.example.com"
	const client = issuer + " --oidc-client-id rolewright"
	const redirect = client + " --oidc-redirect-url https://console.example.com/-/login/callback"
	complete := redirect + " --cookie-key-file " + missing
	for line, want := range map[string]string{
		" --cookie-key-file x":                "--cookie-key-file is for a console that people log in to: name the provider with --oidc-issuer-url",
		" --oidc-groups-claim g":              "--oidc-groups-claim is for",
		issuer:                                "needs --oidc-client-id",
		client:                                "needs --oidc-redirect-url",
		redirect:                              "needs --cookie-key-file",
		complete + " -f " + missing:           "leave out -f or --oidc-issuer-url",
		complete + " -A":                      "--namespaces",
		complete + " -n shop":                 "--namespaces",
		complete + " --tls-cert-file x":       "name both",
		complete + " --listen :0":             "or allow plain HTTP behind a proxy with --insecure",
		complete + " --listen x":              "write HOST:PORT",
		complete + " --session-lifetime 0":    "--session-lifetime",
		complete + " --review-cache -1s":      "--review-cache",
		complete + " --max-views 0":           "--max-views",
		complete + " --oidc-required-claim x": "write CLAIM=VALUE",
		strings.ReplaceAll(complete, "https://id", "http://id"):             "--oidc-issuer-url http://id.example.com",
		strings.ReplaceAll(complete, "https://console", "http://console"):   "--oidc-redirect-url http://console.example.com",
		strings.ReplaceAll(complete, "/-/login/callback", "/login"):         "/-/login/callback",
		strings.ReplaceAll(complete, "console.example.com", "a@console.ex"): "--oidc-redirect-url",
	} {
		out, errOut, code := call(t, "", strings.Fields("console"+line)...)
		if code != exitError || !strings.Contains(errOut, want) || !strings.Contains(errOut, "--help' for usage") || out != "" {
			t.Errorf("console%s: exit code %d, prints %q, standard error %q, want a usage error with %q", line, code, out, errOut, want)
		}
	}
}

// TestConsoleFilesAreNamed: a file that cannot be used is named with its flag.
func TestConsoleFilesAreNamed(t *testing.T) {
	noCluster(t)
	folder := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	keys := file("keys", strings.Repeat("k", 32))
	for line, want := range map[string]string{
		"--cookie-key-file " + file("short", "k"):                                     "--cookie-key-file: ",
		"--cookie-key-file " + folder:                                                 "--cookie-key-file: ",
		"--cookie-key-file " + keys + " --oidc-client-secret-file " + file("no", ""):  "--oidc-client-secret-file: ",
		"--cookie-key-file " + keys + " --oidc-ca-file " + file("certificate", "not"): "contains no certificate in PEM",
		"--cookie-key-file " + keys + " --oidc-signing-algs none":                     "signing algorithms are",
	} {
		_, errOut, code := call(t, "", strings.Fields("console --oidc-issuer-url https://id.example.com --oidc-client-id rolewright "+
			"--oidc-redirect-url https://console.example.com/-/login/callback "+line)...)
		if code != exitError || !strings.Contains(errOut, want) {
			t.Errorf("%s: exit code %d, standard error %q, want %q", line, code, errOut, want)
		}
	}
}
