// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// start is when the stories begin; their moments are counted in seconds from then.
var start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

func moment(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

// office is an organization with a site of two branches. Ann asks; ben and bea hold approver everywhere, cem in the east
// only, vic is vice, which ranks above approver; ida is an approver whose grant ends after 1000 seconds; max is ann's
// manager, and mia his. Bob may bypass and dan decide on behalf of others. The clerks are a group whose default is kim.
func office() *document.Document {
	everywhere := document.Scope{Everywhere: true}
	east := document.Scope{Units: []string{"east"}}
	end := moment(1000)
	holding := func(role string, scope document.Scope) document.User {
		return document.User{Grants: []document.Grant{{Role: role, Scope: scope}}}
	}
	return &document.Document{
		Schema: document.Schema, Organization: "office", Catalog: "office",
		Permissions: map[string]document.Permission{"bypass": {}, "on-behalf": {}},
		Units: map[string]document.Unit{
			"site": {Kind: "site"},
			"east": {Kind: "branch", Parent: "site", Attributes: map[string]any{"open": true}},
			"west": {Kind: "branch", Parent: "site"},
		},
		Roles: map[string]document.Role{
			"approver":  {},
			"vice":      {Inherits: []string{"approver"}},
			"bypasser":  {Permissions: map[string][]document.Alternative{"bypass": {{}}}},
			"on-behalf": {Permissions: map[string][]document.Alternative{"on-behalf": {{}}}},
		},
		Groups: map[string]document.Group{"clerks": {Members: []string{"jon", "kim"}, Default: "kim"}},
		Users: map[string]document.User{
			"ann": {Manager: "max"}, "max": {Manager: "mia"}, "mia": holding("vice", everywhere), "eve": {},
			"ben": holding("approver", everywhere), "bea": holding("approver", everywhere),
			"cem": holding("approver", east),
			"vic": holding("vice", everywhere),
			"ida": {Grants: []document.Grant{{Role: "approver", Scope: east, Window: document.Window{EndTime: &end}}}},
			"jon": {}, "kim": {}, "bob": holding("bypasser", everywhere), "dan": holding("on-behalf", everywhere),
			"sue": {Suspended: true},
		},
	}
}

// story is one request with everything that happens to it.
type story struct {
	*testing.T
	document *document.Document
	state    approval.State
	// refusal is why the role would not be held during a window; empty if it would.
	refusal func(v1alpha1.Window) string
	last    *approval.Outcome
	events  []approval.Event
}

// records are those of a user who has some assignments, each with a UID.
func records(uids ...string) []model.UserRecord {
	all := make([]model.UserRecord, 0, len(uids))
	for _, uid := range uids {
		all = append(all, model.UserRecord{Kind: model.KindAssignment, Origin: model.Origin{UID: uid, Generation: 1}})
	}
	return all
}

// fork returns a story that begins where this one is. Nothing that happens in one of them affects the other.
func (s *story) fork() *story {
	s.Helper()
	other := *s
	other.document = &document.Document{}
	if err := json.Unmarshal([]byte(written(s.T, s.document)), other.document); err != nil {
		s.Fatal(err)
	}
	other.state.Request = s.state.Request.DeepCopy()
	other.state.Chains = map[string]*v1alpha1.ApprovalChain{}
	for name, chain := range s.state.Chains {
		other.state.Chains[name] = chain.DeepCopy()
	}
	other.state.Decisions = nil
	for i := range s.state.Decisions {
		other.state.Decisions = append(other.state.Decisions, *s.state.Decisions[i].DeepCopy())
	}
	other.events = slices.Clone(s.events)
	return &other
}

// chain is a chain with one step for each list of approvers.
func chain(steps ...v1alpha1.ApprovalStep) v1alpha1.ApprovalChainSpec {
	return v1alpha1.ApprovalChainSpec{RequestType: "offer", Steps: steps}
}

func step(name string, approvers ...v1alpha1.ApproverSelector) v1alpha1.ApprovalStep {
	return v1alpha1.ApprovalStep{Name: v1alpha1.Name(name), Approvers: approvers}
}

func role(name string) v1alpha1.ApproverSelector {
	return v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeRole, Role: &v1alpha1.RoleApprovers{RoleRef: v1alpha1.RoleReference{Name: name}}}
}

func users(ids ...v1alpha1.UserReference) v1alpha1.ApproverSelector {
	return v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeUsers, Users: ids}
}

func group(name string) v1alpha1.ApproverSelector {
	return v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeGroup, GroupRef: &v1alpha1.UserGroupReference{Name: name}}
}

func manager(level int32) v1alpha1.ApproverSelector {
	return v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeManager, Manager: &v1alpha1.ManagerApprover{Level: level}}
}

// newStory begins a story: ann asks for an offer in the east, which some chains govern.
func newStory(t *testing.T, chains ...v1alpha1.ApprovalChainSpec) *story {
	t.Helper()
	s := &story{T: t, document: office()}
	s.state = approval.State{
		Request: &v1alpha1.ApprovalRequest{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: "office", Name: "offer-1", UID: "uid-1", Generation: 1, CreationTimestamp: metav1.NewTime(moment(-1)),
			},
			Spec: v1alpha1.ApprovalRequestSpec{
				OrganizationRef: v1alpha1.OrganizationReference{Name: "office"}, RequestType: "offer", Requester: "ann", Unit: "east",
			},
		},
		Records: records("person"),
		Now:     start,
	}
	s.refusal = held
	s.govern(chains...)
	return s
}

// govern replaces the chains. They are named chain-0, chain-1 and so on.
func (s *story) govern(chains ...v1alpha1.ApprovalChainSpec) {
	s.state.Chains = map[string]*v1alpha1.ApprovalChain{}
	for i := range chains {
		name := fmt.Sprintf("chain-%d", i)
		s.state.Chains[name] = &v1alpha1.ApprovalChain{ObjectMeta: metav1.ObjectMeta{Namespace: "office", Name: name}, Spec: chains[i]}
	}
	s.index()
}

// index makes a new index, after the document has changed.
func (s *story) index() {
	s.document.Chains = map[string]document.Chain{}
	for name, written := range s.state.Chains {
		translated := intake.Chain(written)
		s.document.Chains[name] = resolve.Chain(&translated)
	}
	index, err := engine.NewIndex(s.document, engine.WithClock(func() time.Time { panic("a pass reads the clock") }))
	if err != nil {
		s.Fatal(err)
	}
	s.state.Index = index
}

// user changes a user in the index.
func (s *story) user(id string, change func(*document.User)) {
	u := s.document.Users[id]
	change(&u)
	s.document.Users[id] = u
	s.index()
}

func (s *story) suspend(id string) { s.user(id, func(u *document.User) { u.Suspended = true }) }

func (s *story) attribute(name, value string) {
	s.state.Request.Spec.Attributes = v1alpha1.Attributes{name: apiextensionsv1.JSON{Raw: []byte(value)}}
}

// giving is the policy of a chain that gives approver, to any user.
func giving() *v1alpha1.GrantPolicy {
	return &v1alpha1.GrantPolicy{
		Roles:         v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesListed, RoleRefs: []v1alpha1.RoleReference{{Name: "approver"}}},
		Beneficiaries: []v1alpha1.GrantBeneficiary{v1alpha1.GrantToRequester, v1alpha1.GrantToMembers},
	}
}

// asksForRole makes the request one for a role, for 100 seconds. Chains without a policy give it, in some ways
// without a decision.
func (s *story) asksForRole(withoutDecision ...v1alpha1.DecisionBypass) {
	for _, chain := range s.state.Chains {
		if chain.Spec.GrantPolicy == nil {
			chain.Spec.GrantPolicy = giving()
			chain.Spec.GrantPolicy.WithoutDecision = withoutDecision
		}
	}
	s.index()
	s.state.Request.Spec.Grant = &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: "approver"}, DurationSeconds: 100}
}

// held is the answer to every grant check of a story in which nothing keeps the role from being held.
func held(v1alpha1.Window) string { return "" }

// decide decides a request and answers the grant check that this takes, if any.
func decide(t fataler, s approval.State, refusal func(v1alpha1.Window) string) *approval.Outcome {
	t.Helper()
	outcome, check := approval.Decide(&s)
	if check == nil {
		return outcome
	}
	if outcome != nil || s.Request.Spec.Grant == nil || !check.Grant.Window.StartTime.Equal(check.Window.StartTime.Time) {
		t.Fatalf("there is the outcome %+v beside the check %+v", outcome, check)
	}
	s.CheckedGrants = []approval.CheckedGrant{{Window: check.Window, Refusal: refusal(check.Window)}}
	outcome, check = approval.Decide(&s)
	if check != nil {
		t.Fatalf("a second check is asked for: %+v", check)
	}
	return outcome
}

// pass makes a pass at a moment, writes its outcome as the API server would keep it, and makes another pass, which must not
// change anything.
func (s *story) pass(seconds int) *story {
	s.Helper()
	s.state.Now = moment(seconds)
	before := written(s.T, s.state)
	s.last = decide(s.T, s.state, s.refusal)
	if after := written(s.T, s.state); after != before {
		s.Fatalf("the pass changed what it started from:\n%s\n%s", before, after)
	}
	s.events = append(s.events, s.last.Events...)
	keep(s.T, &s.state, s.last)
	again := decide(s.T, s.state, s.refusal)
	if again.Next != s.last.Next || len(again.Events) > 0 {
		s.Errorf("another pass at the same moment records %v, next at %v instead of %v", again.Events, again.Next, s.last.Next)
	}
	if a, b := written(s.T, again.Status), written(s.T, s.last.Status); a != b {
		s.Errorf("another pass at the same moment changes the status:\n%s\n%s", b, a)
	}
	if a, b := written(s.T, again.Decisions), written(s.T, s.last.Decisions); a != b {
		s.Errorf("another pass at the same moment changes verdicts:\n%s\n%s", b, a)
	}
	return s
}

// keep writes an outcome to the objects, as they come back from the API server.
func keep(t fataler, s *approval.State, o *approval.Outcome) {
	t.Helper()
	var status v1alpha1.ApprovalRequestStatus
	if err := json.Unmarshal([]byte(written(t, o.Status)), &status); err != nil {
		t.Fatalf("%v", err)
	}
	s.Request = s.Request.DeepCopy()
	s.Request.Status = status
	s.Decisions = slices.Clone(s.Decisions)
	for i := range s.Decisions {
		verdict, judged := o.Decisions[s.Decisions[i].Name]
		if !judged && s.Enforcement != nil && s.Enforcement.Problem != "" && approval.IsNewDecision(&s.Decisions[i]) {
			continue
		}
		if !judged {
			t.Fatalf("the outcome lacks decision %s", s.Decisions[i].Name)
		}
		condition := metav1.Condition{Type: v1alpha1.ConditionCounted, Status: metav1.ConditionFalse, Reason: verdict.Reason, Message: verdict.Message}
		if verdict.Counted {
			condition.Status = metav1.ConditionTrue
		}
		s.Decisions[i].Status.Conditions = []metav1.Condition{condition}
	}
}

type fataler interface {
	Helper()
	Fatalf(format string, details ...any)
}

func written(t fataler, value any) string {
	t.Helper()
	if state, isState := value.(approval.State); isState {
		value = []any{state.Request, state.Chains, state.Decisions, state.Now}
	}
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatalf("%v", err)
	}
	return string(data)
}

// decision returns a decision as the command makes it, but for its name.
func decision(request *v1alpha1.ApprovalRequest, seconds int, approver, step string, verdict v1alpha1.Verdict) v1alpha1.ApprovalDecision {
	d := v1alpha1.ApprovalDecision{
		ObjectMeta: metav1.ObjectMeta{Namespace: request.Namespace, CreationTimestamp: metav1.NewTime(moment(seconds))},
		Spec: v1alpha1.ApprovalDecisionSpec{
			RequestRef: v1alpha1.ApprovalRequestReference{Name: request.Name, UID: string(request.UID)},
			Approver:   v1alpha1.UserID(approver), Verdict: verdict,
		},
	}
	if step != "" {
		d.Spec.Step = v1alpha1.Name(step)
		if request.Status.Chain != nil {
			d.Spec.Digest = request.Status.Chain.Digest
		}
	}
	d.Name = fmt.Sprintf("%s-%s-%s-%d", approver, strings.ToLower(string(verdict)), step, seconds)
	d.UID = types.UID(d.Name)
	return d
}

// decides adds a decision, after applying changes to it.
func (s *story) decides(seconds int, approver, step string, verdict v1alpha1.Verdict, changes ...func(*v1alpha1.ApprovalDecision)) *story {
	d := decision(s.state.Request, seconds, approver, step, verdict)
	for _, change := range changes {
		change(&d)
	}
	if slices.ContainsFunc(s.state.Decisions, func(other v1alpha1.ApprovalDecision) bool { return other.Name == d.Name }) {
		s.Fatalf("there are two decisions %s", d.Name)
	}
	s.state.Decisions = append(s.state.Decisions, d)
	return s
}

func (s *story) approves(seconds int, approver, step string) *story {
	return s.decides(seconds, approver, step, v1alpha1.VerdictApprove)
}

func (s *story) denies(seconds int, approver, step string) *story {
	return s.decides(seconds, approver, step, v1alpha1.VerdictDeny)
}

func (s *story) approvesOnBehalf(seconds int, approver, represented, step string) *story {
	return s.decides(seconds, approver, step, v1alpha1.VerdictApprove,
		func(d *v1alpha1.ApprovalDecision) { d.Spec.OnBehalfOf = v1alpha1.UserID(represented) })
}

// is checks the request's state.
func (s *story) is(state v1alpha1.RequestState) *story {
	s.Helper()
	if s.last.Status.State != state {
		s.Fatalf("the request is %s, not %s:\n%s", s.last.Status.State, state, written(s.T, s.last.Status))
	}
	if generation := s.last.Status.ObservedGeneration; generation != 1 {
		s.Errorf("it has observed generation %d", generation)
	}
	for conditionType, holds := range map[string]bool{
		v1alpha1.ConditionApproved: state == approved, v1alpha1.ConditionDenied: state == denied, v1alpha1.ConditionCompleted: state != pending,
	} {
		c := meta.FindStatusCondition(s.last.Status.Conditions, conditionType)
		if damaged := meta.FindStatusCondition(s.last.Status.Conditions, v1alpha1.ConditionReady); damaged.Reason == approval.ReasonInvalidStatus {
			continue
		}
		says := s.last.Status.Message
		if state == pending {
			says = "the request is pending"
		}
		if c == nil || (c.Status == metav1.ConditionTrue) != holds || c.Reason != string(state) || c.Message != says || c.ObservedGeneration != 1 {
			s.Fatalf("%s of a request that is %s is %+v", conditionType, state, c)
		}
	}
	return s
}

// waitsFor checks the line that says what waits for whom.
func (s *story) waitsFor(line string) *story {
	s.Helper()
	if s.last.Status.WaitingFor != line {
		s.Errorf("it waits for %q, not for %q", s.last.Status.WaitingFor, line)
	}
	return s
}

// says checks the request's message.
func (s *story) says(message string) *story {
	s.Helper()
	if s.last.Status.Message != message {
		s.Errorf("it says\n%s, not\n%s", s.last.Status.Message, message)
	}
	return s
}

// counts checks the reason why the approver's last decision counts or does not.
func (s *story) counts(approver, reason string) *story {
	s.Helper()
	s.foreseen(s.judged(approver, reason), reason)
	return s
}

// judged fails if the last decision of a user does not have a reason, and returns it.
func (s *story) judged(approver, reason string) *v1alpha1.ApprovalDecision {
	s.Helper()
	for i := range slices.Backward(s.state.Decisions) {
		if d := &s.state.Decisions[i]; string(d.Spec.Approver) == approver {
			verdict := s.last.Decisions[d.Name]
			if verdict.Reason != reason || verdict.Counted != (reason == approval.ReasonCounted) || verdict.Message == "" {
				s.Errorf("the decision of %s is %+v, not %s", approver, verdict, reason)
			}
			return d
		}
	}
	s.Fatalf("%s has decided nothing", approver)
	return nil
}

// foreseen fails if it could not be told before a decision whether it would be permitted.
func (s *story) foreseen(d *v1alpha1.ApprovalDecision, reason string) {
	s.Helper()
	seen := s.state
	seen.Now = d.CreationTimestamp.Time
	may := map[v1alpha1.Verdict]func(*approval.State, string) bool{
		v1alpha1.VerdictRevoke: approval.MayRevoke, v1alpha1.VerdictWithdraw: approval.MayWithdraw,
	}[d.Spec.Verdict]
	refused := reason == approval.ReasonRevocationNotPermitted || reason == approval.ReasonWithdrawalNotPermitted
	if may == nil || reason != approval.ReasonCounted && !refused {
		return
	}
	if got := may(&seen, string(d.Spec.Approver)); got == refused {
		s.Errorf("whether %s may %s is foreseen as %t, and it is %s", d.Spec.Approver, d.Spec.Verdict, got, reason)
	}
}
