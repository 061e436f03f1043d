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

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
	"github.com/rolewright/rolewright/test/clustertest"
)

var (
	update = flag.Bool("update", false, "write into docs/approvals.md what its commands print")
	// followed matches the commands of the page that the spec follows, and what they print.
	followed = regexp.MustCompile("(?s)(<!-- followed by: test/approvals -->\n```console\n)(.*?)(```\n)")
	// words matches the words of a command line.
	words = regexp.MustCompile(`"[^"]*"|\S+`)
)

// masks replace what is another one in each run.
var masks = []struct {
	matches *regexp.Regexp
	with    string
}{
	// The end of a role is the last time of its line.
	{regexp.MustCompile(`(?m)(Approved {2}.*|to )\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`), "${1}END"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`), "2030-01-31T08:00:00Z"},
	{regexp.MustCompile(`END`), "2030-01-31T16:00:00Z"},
	{regexp.MustCompile(`stock-[a-z0-9]{5}\b`), "stock-x7k2p"},
	{regexp.MustCompile(`(?m) \d+s$`), " 5s"},
}

var _ = Describe("The page on approvals", func() {
	// follow runs a command of the page as its reader would, and returns what it prints to both streams.
	follow := func(ctx context.Context, kubeconfig, line string) string {
		GinkgoHelper()
		arguments := words.FindAllString(line, -1)
		for i := range arguments {
			arguments[i] = strings.Trim(arguments[i], `"`)
		}
		if arguments[0] == "kubectl" {
			return clustertest.Kubectl(plane, arguments[1:]...)
		}
		var out bytes.Buffer
		cli.Run(ctx, append(arguments, "--kubeconfig", kubeconfig), genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out})
		return out.String()
	}

	It("can be followed from a fresh start", func(ctx SpecContext) {
		const sample = "config/samples/quickstart"
		clustertest.Kubectl(plane, "apply", "--server-side", "-f", sample)
		defer clustertest.Kubectl(plane, "delete", "-f", sample, "--ignore-not-found", "--timeout=2m")
		clustertest.Kubectl(plane, "wait", "--for=condition=Published", "--timeout=1m", "organizations.rolewright.dev/quickstart", "-n", "quickstart")
		kubeconfig := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
		Expect(plane.Admin.WriteKubeconfig(kubeconfig)).To(Succeed())

		const page = "../../docs/approvals.md"
		text, err := os.ReadFile(page)
		Expect(err).NotTo(HaveOccurred())
		block := followed.FindSubmatch(text)
		Expect(block).NotTo(BeNil(), "docs/approvals.md has no commands to follow")
		var printed strings.Builder
		for line := range strings.Lines(string(block[2])) {
			command, is := strings.CutPrefix(line, "$ ")
			if !is {
				continue
			}
			output := follow(ctx, kubeconfig, strings.TrimSpace(command))
			for _, mask := range masks {
				output = mask.matches.ReplaceAllString(output, mask.with)
			}
			printed.WriteString(line + output)
		}
		if *update {
			whole := string(block[1]) + printed.String() + string(block[3])
			Expect(os.WriteFile(page, bytes.Replace(text, block[0], []byte(whole), 1), 0o600)).To(Succeed())
			return
		}
		Expect(string(block[2])).To(Equal(printed.String()), "go test ./test/approvals -update writes it")
	})
})
