// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/browser"
	"github.com/rolewright/rolewright/test/clustertest"
)

// deskYAML is what a shop has besides, so that its leads give roles for a while, and its repairs pass two steps. Lou is a second lead, and
// Dee may decide for leads.
const deskYAML = `kind: Role
metadata: {name: deputy}
spec: {displayName: Deputy, rules: [{permissions: [deputize]}]}
---
kind: UserAssignment
metadata: {name: lou}
spec: {user: lou, grants: [{name: lead, roleRef: {name: lead}, scope: {everywhere: true}}]}
---
kind: UserAssignment
metadata: {name: dee}
spec: {user: dee, grants: [{name: deputy, roleRef: {name: deputy}, scope: {everywhere: true}}]}
---
kind: ApprovalChain
metadata: {name: access}
spec:
  requestType: access
  onBehalfPermission: deputize
  grantPolicy: {roles: {from: UpTo, upToRoleRef: {name: lead}}, beneficiaries: [Requester, Members], defaultDurationSeconds: 28800}
  steps: [{name: lead, approvers: [{type: Role, role: {roleRef: {name: lead}}}]}]
---
kind: ApprovalChain
metadata: {name: repair}
spec:
  requestType: repair
  order: Parallel
  steps:
  - {name: cost, approvers: [{type: Role, role: {roleRef: {name: lead}}}]}
  - {name: noise, approvers: [{type: Users, users: [ann]}]}
`

// desk is a shop with people who look at it, each in a console of their own.
type desk struct {
	*clustertest.World
	// waiting and ended are requests of which pictures are taken.
	waiting, ended string
}

func newDesk() *desk { return newDeskIn("") }

// newDeskIn returns a desk in a namespace whose name pictures show; without one, it is in any.
func newDeskIn(namespace string) *desk {
	GinkgoHelper()
	w := newShopIn(namespace)
	w.Apply(deskYAML)
	w.Published()
	return &desk{World: w}
}

// opens opens the console of a user with the rights to look, to ask and to decide.
func (d *desk) opens(user string) *person {
	GinkgoHelper()
	bind(user, "rolewright-viewer", "")
	bind(user, "rolewright-requester", d.Namespace)
	p := open(user, configOf(user))
	p.shows(pathOf(d.World, "requests"), "Requests")
	return p
}

var (
	tokenOf   = regexp.MustCompile(`name="token" value="([^"]+)"`)
	digestsOf = regexp.MustCompile(`name="digest" value="([^"]*)"`)
)

// post sends a form, and returns the page to which it leads.
func (p *person) post(path string, form url.Values) response {
	GinkgoHelper()
	got, err := http.PostForm(p.root+path, form)
	Expect(err).NotTo(HaveOccurred())
	defer func() { Expect(got.Body.Close()).To(Succeed()) }()
	return read(got)
}

// asks asks by the form, and returns the name of the request.
func (p *person) asks(d *desk, fields ...string) string {
	GinkgoHelper()
	path := pathOf(d.World, "new-request")
	form := url.Values{"token": {p.token(path)}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	page := p.post(path, form)
	Expect(page.Status).To(Equal(http.StatusOK), page.Text)
	Expect(page.URL.Path).To(HaveSuffix("/request"), page.Text)
	return page.URL.Query().Get("name")
}

// token returns the token of the form on a page.
func (p *person) token(path string) string {
	GinkgoHelper()
	page := p.get(path)
	Expect(page.Status).To(Equal(http.StatusOK), page.Text)
	found := tokenOf.FindStringSubmatch(page.Body)
	Expect(found).To(HaveLen(2), page.Body)
	return found[1]
}

// decision returns the form of a decision on requests, as its page has it.
func (p *person) decision(d *desk, verdict string, names ...string) url.Values {
	GinkgoHelper()
	query := url.Values{"verdict": {verdict}}
	for _, name := range names {
		query.Add("request", d.Namespace+"/"+name)
	}
	page := p.get("/-/decide?" + query.Encode())
	Expect(page.Status).To(Equal(http.StatusOK), page.Text)
	form := url.Values{"token": {tokenOf.FindStringSubmatch(page.Body)[1]}, "verdict": {verdict}, "request": query["request"]}
	for _, digest := range digestsOf.FindAllStringSubmatch(page.Body, -1) {
		form.Add("digest", digest[1])
	}
	for range names {
		form.Add("step", "")
		form.Add("behalf", "")
	}
	return form
}

// decisions returns the decisions on a request.
func (d *desk) decisions(name string) []v1alpha1.ApprovalDecision {
	GinkgoHelper()
	var list v1alpha1.ApprovalDecisionList
	Expect(api.List(d.Ctx, &list, client.InNamespace(d.Namespace), client.MatchingFields{"spec.requestRef.name": name})).To(Succeed())
	return list.Items
}

// state returns the state of a request.
func (d *desk) state(name string) v1alpha1.RequestState {
	GinkgoHelper()
	return d.Get("ApprovalRequest/" + name).(*v1alpha1.ApprovalRequest).Status.State
}

// reads waits until the main part of the page has a text.
func reads(tab *browser.Tab, text string) {
	tab.Helper()
	tab.WaitFor("document.querySelector('main').innerText.includes(" + strconv.Quote(text) + ")")
}
