// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	for want, p := range map[string]progress{
		"building 1 of 4: etcd, 0s":                                    {number: 1, total: 4, name: "etcd"},
		"building 1 of 4: etcd, 17 modules downloaded, 9s":             {number: 1, total: 4, name: "etcd", downloaded: 17, elapsed: 9 * time.Second},
		"building 2 of 4: kube-apiserver, 412 of 2034 packages, 1m05s": {number: 2, total: 4, name: "kube-apiserver", downloaded: 17, compiled: 412, packages: 2034, elapsed: 65 * time.Second},
		"building 2 of 4: kube-apiserver, linking, 12m00s":             {number: 2, total: 4, name: "kube-apiserver", compiled: 2034, packages: 2034, elapsed: 12 * time.Minute},
	} {
		if got := p.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// shown shows the progress of two programs, of which each tenth of a second compiles a package.
func shown(terminal bool) string {
	var out strings.Builder
	d := display{out: &out, terminal: terminal}
	for number, name := range []string{"kube-controller-manager", "etcd"} {
		d.begin()
		p := progress{number: number + 1, total: 2, name: name, packages: 700}
		for p.compiled < p.packages {
			p.compiled++
			p.elapsed += 100 * time.Millisecond
			d.show(p)
		}
		d.finish(p.done())
	}
	return out.String()
}

func TestProgressInALog(t *testing.T) {
	const want = `building 1 of 2: kube-controller-manager, 300 of 700 packages, 30s
building 1 of 2: kube-controller-manager, 600 of 700 packages, 1m00s
built 1 of 2: kube-controller-manager in 1m10s
building 2 of 2: etcd, 300 of 700 packages, 30s
building 2 of 2: etcd, 600 of 700 packages, 1m00s
built 2 of 2: etcd in 1m10s
`
	if got := shown(false); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestProgressOnATerminal: two lines stay, and nothing of what stood there before shows beside them.
func TestProgressOnATerminal(t *testing.T) {
	got := shown(true)
	if lines := strings.Count(got, "\n"); lines != 2 {
		t.Errorf("%d lines stay:\n%s", lines, got)
	}
	screen := ""
	for line := range strings.Lines(got) {
		visible := []byte{}
		for part := range strings.SplitSeq(strings.TrimSuffix(line, "\n"), "\r") {
			if len(part) > columns {
				t.Errorf("%q is wrapped", part)
			}
			visible = append([]byte(part), visible[min(len(part), len(visible)):]...)
		}
		screen += strings.TrimRight(string(visible), " ") + "\n"
	}
	if want := "built 1 of 2: kube-controller-manager in 1m10s\nbuilt 2 of 2: etcd in 1m10s\n"; screen != want {
		t.Errorf("the terminal shows\n%s\nwant\n%s", screen, want)
	}
}
