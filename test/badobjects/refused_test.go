// SPDX-License-Identifier: Apache-2.0

package badobjects

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("The API server refuses", func() {
	cases, err := readCases("refused")
	It("reads the cases", func() { Expect(err).NotTo(HaveOccurred()) })
	for _, c := range cases {
		It(c.title, func(ctx SpecContext) {
			Expect(c.wants).To(HaveLen(1))
			message, ok := strings.CutPrefix(c.wants[0], "refused: ")
			Expect(ok).To(BeTrue(), "the line below the title must begin with refused:")
			world := newWorld(ctx)
			bad, err := object(c.text, world.Namespace)
			Expect(err).NotTo(HaveOccurred())
			Expect(apply(ctx, bad, badWriter)).To(MatchError(ContainSubstring(message)))
			expectGoodUserUnaffected(ctx, world)
		})
	}
})
