// SPDX-License-Identifier: Apache-2.0

package otlp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	root = "../.."
	// waitTimeout bounds every wait.
	waitTimeout = time.Minute
	parentSpan  = "00f067aa0ba902b7"
)

// service is a process of "rolewright serve".
type service struct {
	t       *testing.T
	process *exec.Cmd
	url     string
	log     string
	said    output
	exited  chan struct{}
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

// build builds the command.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rolewright")
	built := exec.CommandContext(t.Context(), "go", "build", "-C", root, "-o", path, "./cmd/rolewright")
	if out, err := built.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

var answering = regexp.MustCompile(`(?m)^Answering at (\S+)$`)

// start starts the decision service of the quickstart with an environment.
func start(t *testing.T, command string, environment ...string) *service {
	t.Helper()
	s := &service{t: t, log: filepath.Join(t.TempDir(), "decisions"), exited: make(chan struct{})}
	s.process = exec.CommandContext(t.Context(), command, "serve", "-f", filepath.Join(root, "config", "samples", "quickstart"),
		"--listen", "127.0.0.1:0", "--decision-log", s.log)
	s.process.Env = append(os.Environ(), environment...)
	s.process.Stderr = &s.said
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = s.process.Wait() // how it ended stands in its state
		close(s.exited)
	}()
	t.Cleanup(func() {
		_ = s.process.Process.Kill()
		<-s.exited
	})
	s.await("the service", func() bool {
		if found := answering.FindStringSubmatch(s.said.String()); found != nil {
			s.url = found[1]
		}
		return s.url != ""
	})
	return s
}

// await waits until something holds.
func (s *service) await(what string, holds func() bool) {
	s.t.Helper()
	for end := time.Now().Add(waitTimeout); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("waited %s for %s; the service said\n%s", waitTimeout, what, &s.said)
		}
	}
}

// ask asks whether a librarian may lend, in a request of a trace.
func (s *service) ask(trace, flags string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/access/v1/evaluation", strings.NewReader(
		`{"subject":{"type":"user","id":"lena@library.example"},"action":{"name":"loans.create"},`+
			`"resource":{"type":"loan","id":"17","properties":{"unit":"harbour"}}}`))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Traceparent", fmt.Sprintf("00-%s-%s-%s", trace, parentSpan, flags))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		s.t.Fatalf("answered %s", answer.Status)
	}
}

// decisions returns the lines of the decision log by their traces.
func (s *service) decisions() map[string]map[string]any {
	s.t.Helper()
	text, err := os.ReadFile(s.log)
	if err != nil {
		s.t.Fatal(err)
	}
	lines := map[string]map[string]any{}
	for text := range strings.Lines(string(text)) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			s.t.Fatal(err)
		}
		lines[line["traceID"].(string)] = line
	}
	return lines
}

// end ends the service as a cluster does.
func (s *service) end() {
	s.t.Helper()
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	<-s.exited
	if code := s.process.ProcessState.ExitCode(); code != 0 {
		s.t.Errorf("the service ended with %d:\n%s", code, &s.said)
	}
}

// TestExport: the traces and metrics of the decision service arrive at the receiver of a collector, over gRPC and over HTTP, and the decision
// log names the same traces and spans. What waits at the end is sent.
func TestExport(t *testing.T) {
	command := build(t)
	const asked, unasked, last = "4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f3577b34da6a3ce929d0e0e4737", "4bf92f3577b34da6a3ce929d0e0e4738"
	const name = "POST /access/v1/evaluation"
	for _, protocol := range []string{"grpc", "http/protobuf"} {
		t.Run(protocol, func(t *testing.T) {
			c := startCollector(t)
			endpoint := c.http
			if protocol == "grpc" {
				endpoint = c.grpc
			}
			s := start(t, command, "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+endpoint, "OTEL_EXPORTER_OTLP_PROTOCOL="+protocol,
				"OTEL_TRACES_SAMPLER=parentbased_always_off", "OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=test",
				"OTEL_BSP_SCHEDULE_DELAY=100", "OTEL_METRIC_EXPORT_INTERVAL=200")
			s.ask(unasked, "00")
			s.ask(asked, "01")
			s.await("the span", func() bool { return len(c.spans(asked)) > 0 })
			span, found := c.spans(asked)[name]
			if !found || span.ParentSpanID().String() != parentSpan {
				t.Fatalf("got %v", c.spans(asked))
			}
			attributes := span.Attributes().AsRaw()
			for name, want := range map[string]any{
				"http.route": "/access/v1/evaluation", "http.response.status_code": int64(200), "rolewright.organization": "quickstart",
				"rolewright.decision": true,
			} {
				if attributes[name] != want {
					t.Errorf("%s is %v, want %v", name, attributes[name], want)
				}
			}
			if of := c.service(); of["service.name"] != "rolewright-serve" || of["deployment.environment.name"] != "test" {
				t.Errorf("the service is %v", of)
			}
			s.await("the metric", func() bool {
				metric, received := c.metric("rolewright_decisions_total")
				return received && metric.Sum().DataPoints().Len() > 0
			})
			s.ask(last, "01")
			s.end()
			if _, found := c.spans(last)[name]; !found {
				t.Error("the last span was not sent")
			}
			if len(c.spans(unasked)) > 0 {
				t.Error("a request is recorded that is not to be")
			}
			line := s.decisions()[asked]
			if line["spanID"] != span.SpanID().String() || line["id"] != attributes["rolewright.decision.id"] {
				t.Errorf("the log says %v, the span %v of %v", line, span.SpanID(), attributes)
			}
		})
	}
}
