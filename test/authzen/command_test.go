// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
)

// answeringAt is where the command says that it answers.
var answeringAt = regexp.MustCompile(`Answering at (https://\S+)`)

// TestCommand certifies what `rolewright serve` runs, behind its own TLS.
func TestCommand(t *testing.T) {
	// A test server has a certificate that is good for loopback; the command takes it from files.
	lender := serve(t, http.NotFoundHandler())
	certificate, key := pemFiles(t, &lender.TLS.Certificates[0])
	read, write := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int)
	go func() {
		code := cli.Run(ctx, []string{
			"rolewright", "serve", "-f", "fixture", "--listen", "127.0.0.1:0", "--tls-cert-file", certificate, "--tls-private-key-file", key,
		}, genericiooptions.IOStreams{In: strings.NewReader(""), Out: io.Discard, ErrOut: write})
		_ = write.Close()
		ended <- code
	}()
	lines := bufio.NewScanner(read)
	var said, base string
	for base == "" && lines.Scan() {
		said += lines.Text() + "\n"
		if found := answeringAt.FindStringSubmatch(lines.Text()); found != nil {
			base = found[1]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	if base == "" {
		t.Errorf("the command does not say where it answers:\n%s", said)
	} else {
		passes(t, lender.Client(), base)
	}
	lender.Client().CloseIdleConnections()
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("the command ends with code %d", code)
	}
}

// pemFiles writes a certificate and its key into files.
func pemFiles(t *testing.T, lent *tls.Certificate) (certificate, key string) {
	t.Helper()
	private, err := x509.MarshalPKCS8PrivateKey(lent.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	certificate, key = filepath.Join(folder, "tls.crt"), filepath.Join(folder, "tls.key")
	for name, block := range map[string]*pem.Block{
		certificate: {Type: "CERTIFICATE", Bytes: lent.Certificate[0]}, key: {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certificate, key
}
