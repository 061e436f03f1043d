// SPDX-License-Identifier: Apache-2.0

package kinds

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/internal/crdschema"
)

const page = "docs/kinds.md"

// session matches a block of commands and their output.
var session = regexp.MustCompile("(?s)```console\n(.*?)\n```")

var _ = Describe("The page on kinds", func() {
	It("shows what kubectl prints", func(ctx SpecContext) {
		name := filepath.Join(root, page)
		text, err := os.ReadFile(name)
		Expect(err).NotTo(HaveOccurred())
		var commands []string
		printed := session.ReplaceAllStringFunc(string(text), func(block string) string {
			var lines []string
			for line := range strings.SplitSeq(session.FindStringSubmatch(block)[1], "\n") {
				if command, is := strings.CutPrefix(line, "$ kubectl "); is {
					commands = append(commands, command)
					output := run(ctx, strings.Fields(command)...)
					expectToFit(command, output)
					lines = append(lines, line, masked(output, time.Now()))
				}
			}
			return "```console\n" + strings.Join(lines, "\n") + "\n```"
		})
		if *update {
			Expect(os.WriteFile(name, []byte(printed), 0o600)).To(Succeed())
		} else {
			Expect(string(text)).To(Equal(printed), "%s shows other output; go test ./test/kinds -update writes it", page)
		}
		expectEveryKind(commands)
	}, NodeTimeout(5*time.Minute))
})

// terminal is how many columns the table of a kind may take.
const terminal = 80

// expectToFit checks that the table of one kind fits a terminal, and shows a reason rather than a message.
func expectToFit(command, output string) {
	GinkgoHelper()
	if !strings.HasPrefix(command, "get ") || strings.Contains(command, " -A") || strings.Contains(command, "-o") || strings.Contains(command, "get rolewright") {
		return
	}
	for line := range strings.SplitSeq(strings.TrimRight(output, "\n"), "\n") {
		Expect(len([]rune(strings.TrimRight(line, " ")))).To(BeNumerically("<=", terminal), "kubectl %s prints\n%s", command, output)
	}
	Expect(output).To(ContainSubstring("REASON"), "kubectl %s", command)
	Expect(output).NotTo(ContainSubstring("MESSAGE"), "kubectl %s", command)
}

// expectEveryKind checks that the page shows each kind with each verb.
func expectEveryKind(commands []string) {
	GinkgoHelper()
	schemas, err := crdschema.Load()
	Expect(err).NotTo(HaveOccurred())
	for _, kind := range schemas.Kinds() {
		for _, verb := range []string{"get", "describe", "explain"} {
			command := MatchRegexp(`^` + verb + ` ` + strings.ToLower(kind.Kind) + `s?(\.rolewright\.dev)?([ .]|$)`)
			Expect(commands).To(ContainElement(command))
		}
	}
}
