// SPDX-License-Identifier: Apache-2.0

package kinds

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
	"github.com/rolewright/rolewright/test/follow"
)

var (
	// followed matches the blocks of README.md that are one session, and what is in them.
	followed = regexp.MustCompile("(?s)<!-- followed by: test/kinds -->\n```console\n(.*?)```\n")
	// command matches a command, on as many lines as it takes, and what it prints.
	command = regexp.MustCompile("(?m)^\\$ ((?:.*\\\\\n)*.*\n)(?:[^$`].*\n)*")
)

// runShown runs a command as a reader of the page would, and returns what it prints to both streams.
func runShown(ctx SpecContext, line string) string {
	GinkgoHelper()
	words, plain := follow.Words(line)
	Expect(plain).To(BeTrue(), line)
	if words[0] == "kubectl" {
		return run(ctx, words[1:]...)
	}
	Expect(words[0]).To(Equal("rolewright"), line)
	var out bytes.Buffer
	cli.Run(ctx, append(words, "--kubeconfig", kubeconfig), genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out})
	return out.String()
}

var _ = Describe("README.md", func() {
	It("shows what the first session prints", func(ctx SpecContext) {
		sample := filepath.Join(root, "config", "samples", "quickstart")
		run(ctx, "apply", "--server-side", "-f", sample)
		defer run(ctx, "delete", "--wait=false", "-f", sample)
		run(ctx, "wait", "--for=condition=Published", "--timeout=1m", "organizations.rolewright.dev/quickstart", "-n", "quickstart")
		run(ctx, "wait", "--for=condition=Published", "--timeout=1m", "userassignments", "--all", "-n", "quickstart")

		name := filepath.Join(root, "README.md")
		text, err := os.ReadFile(name)
		Expect(err).NotTo(HaveOccurred())
		commands := 0
		printed := followed.ReplaceAllStringFunc(string(text), func(block string) string {
			return command.ReplaceAllStringFunc(block, func(shown string) string {
				commands++
				line := command.FindStringSubmatch(shown)[1]
				return "$ " + line + masked(runShown(ctx, line), time.Now()) + "\n"
			})
		})
		Expect(commands).To(BeNumerically(">", 5), "README.md shows a session")
		if *update {
			Expect(os.WriteFile(name, []byte(printed), 0o600)).To(Succeed())
			return
		}
		Expect(string(text)).To(Equal(printed), "README.md shows other output; go test ./test/kinds -update writes it")
	}, NodeTimeout(5*time.Minute))
})
