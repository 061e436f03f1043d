// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/onsi/gomega/gexec"
)

// tester is a *testing.T, or what Ginkgo has in its place.
type tester interface {
	Helper()
	Cleanup(func())
	Logf(format string, args ...any)
	Fatalf(format string, args ...any)
	TempDir() string
}

// waitTimeout bounds every wait.
const waitTimeout = 30 * time.Second

var command = sync.OnceValues(func() (string, error) { return gexec.Build("github.com/rolewright/rolewright/cmd/rolewright") })

// service is a process of "rolewright serve".
type service struct {
	t       tester
	process *exec.Cmd
	// url is where the API is, metrics the URL of the metrics.
	url, metrics string
	out, said    *output
	// exited is closed when the process has ended.
	exited chan struct{}
	client *http.Client
}

// output is what a process writes, as far as it has.
type output struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.text.String()
}

// client trusts whatever certificate it is shown, and opens a new connection for every request.
func newClient() *http.Client {
	return &http.Client{Timeout: waitTimeout, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true,
	}}
}

// begin starts the command with flags of serve, and does not wait.
func begin(t tester, flags ...string) *service {
	t.Helper()
	path, err := command()
	if err != nil {
		t.Fatalf("building the command: %v", err)
	}
	s := &service{t: t, out: &output{}, said: &output{}, exited: make(chan struct{}), client: newClient()}
	s.process = exec.Command(path, append([]string{"serve"}, flags...)...)
	s.process.Stdout, s.process.Stderr = s.out, s.said
	if err := s.process.Start(); err != nil {
		t.Fatalf("starting the command: %v", err)
	}
	go func() {
		// How it ended stands in its state.
		_ = s.process.Wait()
		close(s.exited)
	}()
	t.Cleanup(func() {
		_ = s.process.Process.Kill()
		<-s.exited
	})
	return s
}

var (
	answering = regexp.MustCompile(`(?m)^Answering at (\S+)$`)
	measured  = regexp.MustCompile(`(?m)^Metrics at (\S+)$`)
)

// start starts the command on addresses of its own choice, and waits until it answers.
func start(t tester, flags ...string) *service {
	t.Helper()
	s := begin(t, append([]string{"--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"}, flags...)...)
	s.await("the service to say where it answers", func() bool {
		found, metrics := answering.FindStringSubmatch(s.said.String()), measured.FindStringSubmatch(s.said.String())
		if found == nil || metrics == nil {
			return false
		}
		s.url, s.metrics = found[1], metrics[1]
		return true
	})
	return s
}

// await waits until something holds.
func (s *service) await(what string, holds func() bool) {
	s.t.Helper()
	for end := time.Now().Add(waitTimeout); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("waited %s for %s; the service said\n%s", waitTimeout, what, s.said)
		}
	}
}

// awaitReady waits until the service says that it is ready.
func (s *service) awaitReady() {
	s.t.Helper()
	s.await("readiness", func() bool { return s.get(s.url+"/readyz").status == http.StatusOK })
}

// awaitSaid waits until standard error has a piece of text.
func (s *service) awaitSaid(text string) {
	s.t.Helper()
	s.await("the words "+text, func() bool { return strings.Contains(s.said.String(), text) })
}

// answer is what the service answered.
type answer struct {
	status int
	header http.Header
	body   string
}

func (s *service) get(url string) answer {
	s.t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, http.NoBody)
	if err != nil {
		s.t.Fatalf("%v", err)
	}
	return s.send(request)
}

// post sends a body to an endpoint, with headers as pairs of name and value.
func (s *service) post(path string, body []byte, headers ...string) answer {
	s.t.Helper()
	request, err := http.NewRequest(http.MethodPost, s.url+path, bytes.NewReader(body))
	if err != nil {
		s.t.Fatalf("%v", err)
	}
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return s.send(request)
}

// send returns status 0 if there is no answer.
func (s *service) send(request *http.Request) answer {
	response, err := s.client.Do(request)
	if err != nil {
		return answer{body: err.Error()}
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{body: err.Error()}
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

// decision is what the service decides on one request.
func (s *service) decision(path string, body []byte, headers ...string) bool {
	s.t.Helper()
	got := s.post(path, body, headers...)
	var read struct {
		Decision *bool `json:"decision"`
	}
	if err := json.Unmarshal([]byte(got.body), &read); got.status != http.StatusOK || err != nil || read.Decision == nil {
		s.t.Fatalf("%s\nis answered %d %s", body, got.status, got.body)
	}
	return *read.Decision
}

// terminate ends the service as a node does, and returns its exit code.
func (s *service) terminate() int {
	s.t.Helper()
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatalf("%v", err)
	}
	return s.exit()
}

// exit waits for the end, and returns the exit code.
func (s *service) exit() int {
	s.t.Helper()
	select {
	case <-s.exited:
		return s.process.ProcessState.ExitCode()
	case <-time.After(waitTimeout):
		s.t.Fatalf("the service did not end; it said\n%s", s.said)
		return -1
	}
}

func sample(name string) string { return filepath.Join("..", "..", "config", "samples", name) }
