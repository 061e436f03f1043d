// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// certify writes a certificate with a number, and its key.
func certify(t *testing.T, folder string, number int64) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(number), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key = filepath.Join(folder, "tls.crt"), filepath.Join(folder, "tls.key")
	write(t, key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})))
	write(t, certificate, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	return certificate, key
}

func TestCertificatesAreReadAgain(t *testing.T) {
	folder := t.TempDir()
	certificate, key := certify(t, folder, 1)
	s := start(t, "-f", sample("quickstart"), "--tls-cert-file", certificate, "--tls-private-key-file", key)
	if !strings.HasPrefix(s.url, "https://") {
		t.Fatalf("the service is at %s", s.url)
	}
	shown := func(config *tls.Config) (int64, string, error) {
		config.InsecureSkipVerify = true
		connection, err := tls.Dial("tcp", strings.TrimPrefix(s.url, "https://"), config)
		if err != nil {
			return 0, "", err
		}
		defer func() { _ = connection.Close() }()
		state := connection.ConnectionState()
		return state.PeerCertificates[0].SerialNumber.Int64(), state.NegotiatedProtocol, nil
	}
	if number, protocol, err := shown(&tls.Config{NextProtos: []string{"h2", "http/1.1"}}); number != 1 || protocol != "h2" {
		t.Errorf("certificate %d over %q (%v), want 1 over h2", number, protocol, err)
	}
	if _, _, err := shown(&tls.Config{MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 is accepted")
	}
	if !s.decision(evaluation, ask("lena@library.example", "loans.create", "harbour")) {
		t.Error("lena must lend in harbour")
	}
	certify(t, folder, 2)
	s.await("the second certificate", func() bool {
		number, _, _ := shown(&tls.Config{})
		return number == 2
	})
}

// TestRequestsInFlightAreAnswered: who has begun a request when the service is told to end gets an answer, and nobody else.
func TestRequestsInFlightAreAnswered(t *testing.T) {
	log := filepath.Join(t.TempDir(), "decisions")
	s := start(t, "-f", sample("quickstart"), "--decision-log", log)
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	body := ask("lena@library.example", "loans.create", "harbour")
	_, err = fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", evaluation, len(body))
	if err != nil {
		t.Fatal(err)
	}
	// The service asks for the body once it works on the request.
	reader := bufio.NewReader(connection)
	if line, err := reader.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("got %q, %v", line, err)
	}
	if _, err := reader.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.await("the service to take no new requests", func() bool { return s.get(s.url+"/healthz").status == 0 })
	if _, err := connection.Write(body); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(reader, nil)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("the request that had begun is answered %v, %v", response, err)
	}
	_ = response.Body.Close()
	_ = connection.Close()
	if code := s.exit(); code != 0 {
		t.Errorf("the service ended with code %d:\n%s", code, s.said)
	}
	text, err := os.ReadFile(log)
	if err != nil || strings.Count(string(text), "\n") != 1 || !strings.Contains(string(text), `"decision":true`) {
		t.Errorf("the decision log holds %q (%v)", text, err)
	}
}

// TestRequestsThatDoNotEnd: one that never ends keeps the service no longer than it may take, and the code says so.
func TestRequestsThatDoNotEnd(t *testing.T) {
	s := start(t, "-f", sample("quickstart"), "--shutdown-timeout", "200ms", "--read-timeout", "30s")
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	_, _ = fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n", evaluation)
	if line, err := bufio.NewReader(connection).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("got %q, %v", line, err)
	}
	if code := s.terminate(); code != 2 || !strings.Contains(s.said.String(), "cut off") {
		t.Errorf("the service ended with code %d:\n%s", code, s.said)
	}
}

// TestReadinessIsTakenBackFirst: while the service waits to end, it answers and says that it is not ready.
func TestReadinessIsTakenBackFirst(t *testing.T) {
	s := start(t, "-f", sample("quickstart"), "--shutdown-delay", "1m")
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.await("readiness to be taken back", func() bool { return s.get(s.url+"/readyz").status == http.StatusServiceUnavailable })
	if !s.decision(evaluation, ask("lena@library.example", "loans.create", "harbour")) {
		t.Error("lena must lend in harbour to the end")
	}
}

func TestDecisionLogIsOpenedAnew(t *testing.T) {
	log := filepath.Join(t.TempDir(), "decisions")
	s := start(t, "-f", sample("quickstart"), "--decision-log", log, "--decision-log-mask", "subject.id")
	lines := func(path string) int {
		text, _ := os.ReadFile(path)
		if strings.Contains(string(text), "lena") {
			t.Errorf("%s names whom it must not: %s", path, text)
		}
		return strings.Count(string(text), "\n")
	}
	decide := func() { s.decision(evaluation, ask("lena@library.example", "loans.create", "harbour")) }
	decide()
	s.await("the first line", func() bool { return lines(log) == 1 })
	if err := os.Rename(log, log+".1"); err != nil {
		t.Fatal(err)
	}
	if err := s.process.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	s.await("the new file", func() bool { _, err := os.Stat(log); return err == nil })
	decide()
	s.await("the second line", func() bool { return lines(log) == 1 && lines(log+".1") == 1 })
}

// TestMistakes: what cannot be meant is refused before anything is served, with words that tell what would be right.
func TestMistakes(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "broken.yaml"), "apiVersion: rolewright.dev/v1alpha1\nkind: Role\nmetadata: {name: r}\nspec: {rulez: 3}\n")
	write(t, filepath.Join(folder, "key"), "short")
	quickstart := sample("quickstart")
	for line, want := range map[string]string{
		"-f " + quickstart + " --listen :0":                                                      "name a certificate with --tls-cert-file",
		"-f " + quickstart + " --listen 0.0.0.0:0 --insecure":                                    "anyone there could query it",
		"-f " + quickstart + " --listen 8420":                                                    "write HOST:PORT",
		"-f " + quickstart + " --listen localhost:99999":                                         "--listen: ",
		"-f " + quickstart + " --tls-cert-file x":                                                "belong together",
		"-f " + quickstart + " --tls-cert-file x --tls-private-key-file y":                       "no such file",
		"-f " + quickstart + " --directory " + folder:                                            "both say what to serve",
		"-f " + quickstart + " -O other":                                                         "there are quickstart/quickstart",
		"-f " + quickstart + " -A":                                                               "leave it out with -f",
		"-f " + quickstart + " --audience x":                                                     "add --authenticate",
		"-f " + quickstart + " --log-format xml":                                                 "write text or json",
		"-f " + quickstart + " --base-url nowhere":                                               "--base-url nowhere",
		"-f " + quickstart + " --decision-log-mask subject.id":                                   "need --decision-log",
		"-f " + quickstart + " --decision-log - --decision-log-mask user.id":                     "the first name must be one of",
		"-f " + quickstart + " --decision-log - --decision-log-sample 2":                         "above 0 and at most 1",
		"-f " + quickstart + " --decision-log " + folder:                                         "the log cannot be opened",
		"-f " + quickstart + " --decision-log - --decision-log-mask-key-file " + folder + "/key": "a key needs at least 16",
		"-f " + folder + "/broken.yaml":                                                          "broken.yaml:4: error: Role/r spec.rulez: unknown field",
		"-f " + folder + "/gone":                                                                 "gone: no such file",
		"--directory " + folder + "/gone":                                                        "no such file",
		"--directory " + folder + "/key":                                                         "is a file",
		"--kubeconfig " + folder + "/gone":                                                       "gone",
		"quickstart":                                                                             "name files and folders with -f",
	} {
		s := begin(t, append([]string{"--listen", "127.0.0.1:0"}, strings.Fields(line)...)...)
		if code := s.exit(); code != 2 || !strings.Contains(s.said.String(), want) {
			t.Errorf("serve %s: code %d, said\n%s\nwant the words %q", line, code, s.said, want)
		}
	}
}
