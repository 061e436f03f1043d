// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
	"github.com/rolewright/rolewright/test/clustertest"
	"github.com/rolewright/rolewright/test/follow"
)

var (
	update = flag.Bool("update", false, "write into docs/approvals.md what its commands print")
	// sessions matches the blocks of the page with commands and what they print. All of them are followed.
	sessions = regexp.MustCompile("(?s)```console\n(.*?)```\n")
	// followed is the line above each of them.
	followed = "<!-- followed by: test/approvals -->\n"
)

// masks replace what is another one in each run.
var masks = []struct {
	matches *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`approvaldecision/([a-z]+)-[a-z0-9]{5}\b`), "approvaldecision/${1}-x7k2p"},
	{regexp.MustCompile(`(?m) \d+s$`), " 5s"},
}

// trailing matches white space at the ends of lines, which editors take off.
var trailing = regexp.MustCompile(`(?m) +$`)

// times matches what a command prints of times. They are replaced by others that are as far from a fixed one, in whole hours.
var (
	times  = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z`)
	moment = time.Date(2030, time.January, 31, 8, 0, 0, 0, time.UTC)
)

// masked returns what a command has printed, as the page shows it.
func masked(output string, now time.Time) string {
	output = trailing.ReplaceAllString(output, "")
	for _, mask := range masks {
		output = mask.matches.ReplaceAllString(output, mask.with)
	}
	return times.ReplaceAllStringFunc(output, func(text string) string {
		layout := time.RFC3339
		if len(text) < len(layout)-len("07:00") {
			layout = "2006-01-02T15:04Z07:00"
		}
		at, err := time.Parse(layout, text)
		Expect(err).NotTo(HaveOccurred())
		if at.Year() > now.Year()+1 {
			return text
		}
		return moment.Add(at.Sub(now).Round(time.Hour)).Format(layout)
	})
}

// runShown runs a command as the reader of a page would, and returns what it prints to both streams.
func runShown(ctx context.Context, kubeconfig, line string) string {
	GinkgoHelper()
	line, isSilent := strings.CutSuffix(line, " > /dev/null")
	arguments, plain := follow.Words(line)
	Expect(plain).To(BeTrue(), line)
	var out bytes.Buffer
	if arguments[0] == "kubectl" {
		// A command that is refused is shown with its refusal.
		printed, _ := clustertest.TryKubectl(plane, arguments[1:]...)
		out.WriteString(printed)
	} else {
		cli.Run(ctx, append(arguments, "--kubeconfig", kubeconfig), genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out})
	}
	if isSilent {
		return ""
	}
	return out.String()
}

var _ = Describe("The page on approvals", func() {
	// followAll runs the commands of a block, and returns the block with what they print.
	followAll := func(ctx context.Context, kubeconfig, block string) string {
		GinkgoHelper()
		var printed strings.Builder
		for line := range strings.Lines(block) {
			if command, is := strings.CutPrefix(line, "$ "); is {
				printed.WriteString(line + masked(runShown(ctx, kubeconfig, strings.TrimSpace(command)), clock.Now()))
			}
		}
		return printed.String()
	}

	It("can be followed from a fresh start", func(ctx SpecContext) {
		const fresh = "config/samples/quickstart"
		clustertest.Kubectl(plane, "apply", "--server-side", "-f", fresh)
		for _, sample := range []string{fresh, "config/samples/workorders", "config/samples/staffing", "config/samples/performance"} {
			defer clustertest.Kubectl(plane, "delete", "-f", sample, "--ignore-not-found", "--timeout=2m")
		}
		clustertest.Kubectl(plane, "wait", "--for=condition=Published", "--timeout=1m", "organizations.rolewright.dev/quickstart", "-n", "quickstart")
		kubeconfig := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
		Expect(plane.Admin.WriteKubeconfig(kubeconfig)).To(Succeed())

		const page = "../../docs/approvals.md"
		text, err := os.ReadFile(page)
		Expect(err).NotTo(HaveOccurred())
		var whole strings.Builder
		end := 0
		for _, at := range sessions.FindAllSubmatchIndex(text, -1) {
			if !strings.HasSuffix(string(text[:at[0]]), followed) {
				continue // It needs no cluster: test/docs follows it.
			}
			whole.Write(text[end:at[2]])
			whole.WriteString(followAll(ctx, kubeconfig, string(text[at[2]:at[3]])))
			end = at[3]
		}
		Expect(end).NotTo(BeZero(), "docs/approvals.md has no commands to follow")
		whole.Write(text[end:])
		if *update {
			Expect(os.WriteFile(page, []byte(whole.String()), 0o600)).To(Succeed())
			return
		}
		Expect(string(text)).To(Equal(whole.String()), "go test ./test/approvals -update writes it")
	})
})
