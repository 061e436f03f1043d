// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

const day = 24 * time.Hour

// passage is a chain of a sample and how a request passes it. The users' names lack the domain of their sample.
type passage struct {
	sample, organization string
	requester, asks      string
	// waits says step by step whom the request waits for; votes pass each step.
	waits, votes []string
	denies       string
	// silence is how long nobody decides until the request ends, and ends is the state that it ends in.
	silence time.Duration
	ends    v1alpha1.RequestState
}

// domains are those of the samples' users.
var domains = map[string]string{
	"contracts": "@contracts.example", "staffing": "@staffing.example", "workorders": "@district.example", "performance": "@compass.example",
}

var _ = Describe("The chain", Ordered, func() {
	worlds := map[string]*world{}
	in := func(sample, organization string) *world {
		if worlds[sample] == nil {
			worlds[sample] = applySample(sample, organization)
		}
		return worlds[sample]
	}

	DescribeTable("of a sample lets requests pass, and stops them", func(p passage) {
		w := in(p.sample, p.organization)
		domain := domains[p.sample]
		whole := func(text string) string { return strings.ReplaceAll(text, "@", domain) }
		opens := func() string { return w.opens(p.requester+domain, whole(p.asks)) }

		By("being approved")
		name := opens()
		for i, text := range p.votes {
			w.becomes(name, "Pending; "+whole(p.waits[i]))
			w.casts(name, whole(text))
		}
		w.becomes(name, "Approved")

		By("being denied")
		name = opens()
		w.casts(name, whole(p.denies))
		w.becomes(name, "Denied")

		By("being withdrawn")
		name = opens()
		w.casts(name, p.requester+domain+" withdraw")
		w.becomes(name, "Withdrawn; withdrawn by ")
		w.counts(w.cast(name, whole(p.votes[0])), "False RequestClosed")

		By("being left alone")
		name = opens()
		w.pass(p.silence-time.Minute, name)
		w.stays(name, "Pending; ")
		w.pass(2*time.Minute, name)
		w.becomes(name, string(p.ends)+"; ")
		Expect(w.request(name).Status.Message).To(ContainSubstring("was not decided within"))
	},
		Entry("contracts, of a location with an approver group", passage{
			sample: "contracts", organization: "contracts", requester: "amy",
			asks:  `contract unit=hospital-1 contractType="physician-services" annualValue=90000`,
			waits: []string{"location: ben@, bea@"}, votes: []string{"ben@ approve location"},
			denies: "bea@ deny location", silence: 30 * day, ends: v1alpha1.RequestExpired,
		}),
		Entry("contracts, of another location, over the vice president's figure", passage{
			sample: "contracts", organization: "contracts", requester: "cal",
			asks:   `contract unit=hospital-3 contractType="on-call" annualValue=250001`,
			waits:  []string{"location: vic@", "vice-president: vic@"},
			votes:  []string{"vic@ approve location", "vic@ approve vice-president"},
			denies: "vic@ deny location", silence: 30 * day, ends: v1alpha1.RequestExpired,
		}),
		Entry("staffing requests", passage{
			sample: "staffing", organization: "staffing", requester: "hana", asks: "staffing-request unit=icu",
			waits:  []string{"program: peter@", "executive: ed@, eve@"},
			votes:  []string{"peter@ approve program", "eve@ approve executive"},
			denies: "peter@ deny program", silence: 14 * day, ends: v1alpha1.RequestExpired,
		}),
		Entry("extension offers", passage{
			sample: "staffing", organization: "staffing", requester: "hana", asks: "extension-offer unit=icu",
			waits: []string{"approval: peter@, ed@, eve@"}, votes: []string{"ed@ approve approval"},
			denies: "peter@ deny approval", silence: 7 * day, ends: v1alpha1.RequestDenied,
		}),
		Entry("work orders", passage{
			sample: "workorders", organization: "district", requester: "ora", asks: "work-order unit=elm-school",
			waits: []string{"site: ann@, mia@, nina@, sam@"}, votes: []string{"sam@ approve site"},
			denies: "nina@ deny site", silence: 30 * day, ends: v1alpha1.RequestExpired,
		}),
		Entry("the closing of work orders", passage{
			sample: "workorders", organization: "district", requester: "tia", asks: "order-closing unit=oak-school",
			waits: []string{"review: ann@, pat@"}, votes: []string{"pat@ approve review"},
			denies: "ann@ deny review", silence: 30 * day, ends: v1alpha1.RequestExpired,
		}),
		Entry("additional reviews", passage{
			sample: "performance", organization: "compass", requester: "mark", asks: "additional-review unit=field-sales for=emma@",
			waits: []string{"additional-reviewer: dana@"}, votes: []string{"dana@ approve additional-reviewer"},
			denies: "dana@ deny additional-reviewer", silence: 30 * day, ends: v1alpha1.RequestExpired,
		}),
	)

	DescribeTable("of contracts asks the vice president by the annual value", func(attribute, begin string) {
		w := in("contracts", "contracts")
		name := w.opens("amy@contracts.example", `contract unit=hospital-1 contractType="physician-services"`+attribute)
		w.casts(name, "ben@contracts.example approve location")
		w.becomes(name, begin)
	},
		Entry("250000", " annualValue=250000", "Approved"),
		Entry("250000.01", " annualValue=250000.01", "Pending; vice-president: vic@contracts.example"),
		Entry("missing", "", "Pending; vice-president: vic@contracts.example"),
		Entry("not a number", ` annualValue="much"`, "Pending; vice-president: vic@contracts.example"),
	)

	It("of contracts asks the group only about its own types of contract, as the application would", func() {
		w := in("contracts", "contracts")
		ours := w.opens("amy@contracts.example", `contract unit=hospital-1 contractType="on-call" annualValue=1`)
		w.becomes(ours, "Pending; location: ben@contracts.example, bea@contracts.example")
		name := w.ask("amy@contracts.example", `contract unit=hospital-1 contractType="medical-directorship" annualValue=1`)
		w.becomes(name, "Pending; location: vic@contracts.example")
		w.counts(w.cast(name, "ben@contracts.example approve location"), "False NotApprover")
		w.stays(name, "Pending; location: vic@contracts.example")
	})

	It("of contracts lets a request wait for a type of contract", func() {
		w := in("contracts", "contracts")
		w.becomes(w.ask("amy@contracts.example", `contract unit=hospital-1 contractType="legal"`), `Pending; dimension "contractType" has no value "legal"`)
	})

	It("of staffing lets the permitted bypass it, and decide on behalf of others", func() {
		w := in("staffing", "staffing")
		w.becomes(w.opens("olivia@staffing.example", "staffing-request unit=icu"), `Approved; "olivia@staffing.example" holds approvals.bypass`)
		name := w.opens("hana@staffing.example", "staffing-request unit=icu")
		w.casts(name, "olivia@staffing.example approve program for peter@staffing.example")
		w.counts(w.cast(name, "paula@staffing.example approve executive for ed@staffing.example"), "False OnBehalfNotPermitted")
		w.casts(name, "olivia@staffing.example approve executive for ed@staffing.example")
		w.becomes(name, "Approved")
		w.becomes(w.ask("ines@staffing.example", "staffing-request unit=icu"), `Denied; the requester "ines@staffing.example" is suspended`)
	})

	It("of staffing escalates to the program's admins, who also decide on a program manager's own requests", func() {
		w := in("staffing", "staffing")
		name := w.opens("hana@staffing.example", "staffing-request unit=icu")
		w.counts(w.cast(name, "paula@staffing.example deny program"), "False NotEligible")
		w.pass(2*day+time.Minute, name)
		w.stays(name, "Pending; program: peter@staffing.example, paula@staffing.example")
		w.casts(name, "peter@staffing.example approve program")
		w.becomes(name, "Pending; executive: ")
		own := w.opens("peter@staffing.example", "staffing-request unit=icu")
		w.becomes(own, "Pending; program: paula@staffing.example")
	})

	It("of work orders is passed by the submission of an approver", func() {
		w := in("workorders", "district")
		w.becomes(w.opens("sam@district.example", "work-order unit=elm-school"), `Approved; "sam@district.example" is an approver of every step`)
		w.becomes(w.opens("sam@district.example", "work-order unit=pine-school"), "Pending; site: ann@district.example, nina@district.example")
		w.becomes(w.opens("ann@district.example", "work-order unit=pine-school"), `Approved; "ann@district.example" is an approver of every step`)
	})

	It("of additional reviews falls to the admins at the top of the line", func() {
		w := in("performance", "compass")
		w.becomes(w.opens("dana@compass.example", "additional-review unit=sales"), "Pending; additional-reviewer: adam@compass.example")
		stuck := w.opens("adam@compass.example", "additional-review")
		w.stays(stuck, "Pending; additional-reviewer: nobody")
		w.expect(stuck, v1alpha1.ConditionReady, "False NoEligibleApprover")
	})
})

// applySample applies a sample and waits until it is published.
func applySample(sample, organization string) *world {
	GinkgoHelper()
	clustertest.Kubectl(plane, "apply", "--server-side", "-f", filepath.Join("config", "samples", sample))
	w := &world{&clustertest.World{API: api, Ctx: context.Background(), Namespace: sample, Organization: organization, Clock: &clock}}
	w.Published()
	return w
}
