// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// lastMoment is when the last pass over a random request takes place.
const lastMoment = 60

var people = []string{"ann", "ben", "bea", "cem", "vic", "ida", "jon", "kim", "dan", "eve", "gil", "liz"}

// drawn is a random request with all the decisions that are ever made on it.
type drawn struct {
	document  *document.Document
	request   *v1alpha1.ApprovalRequest
	chains    map[string]*v1alpha1.ApprovalChain
	decisions []v1alpha1.ApprovalDecision
	index     *engine.Index
	opened    *v1alpha1.ApprovalRequestStatus
}

// draw makes a request, opens it, and adds decisions.
func draw(t *rapid.T) *drawn { return drawRequested(t, drawRequest(t)) }

// drawRequested opens a request, and adds decisions.
func drawRequested(t *rapid.T, request *v1alpha1.ApprovalRequest) *drawn {
	d := &drawn{document: office(), request: request}
	administered(d.document)
	for _, id := range []string{"ben", "ida", "vic", "dan", "gil"} {
		if !rapid.Bool().Draw(t, id+" has a window") {
			continue
		}
		until := moment(rapid.IntRange(1, lastMoment).Draw(t, "until"))
		holder := d.document.Users[id]
		for i := range holder.Grants {
			holder.Grants[i].Window = document.Window{EndTime: &until}
		}
		d.document.Users[id] = holder
	}
	d.chains = map[string]*v1alpha1.ApprovalChain{"chain": {ObjectMeta: metav1.ObjectMeta{Name: "chain"}, Spec: drawChain(t)}}
	translated := intake.Chain(d.chains["chain"])
	d.document.Chains = map[string]document.Chain{"chain": resolve.Chain(&translated)}
	d.index = newIndex(t, d.document)
	state := d.state(0)
	opened := decide(t, state, held).Status
	d.opened = &opened
	request = d.request.DeepCopy()
	request.Status = opened
	if opened.Chain != nil && rapid.Bool().Draw(t, "everybody approves") {
		d.addApprovals(t, request)
	}
	for range rapid.IntRange(0, 12).Draw(t, "decisions") {
		d.addDecision(t, request)
	}
	return d
}

// addApprovals has all approvers of a request approve it, at any time.
func (d *drawn) addApprovals(t *rapid.T, request *v1alpha1.ApprovalRequest) {
	for i := range request.Status.Chain.Steps {
		step := &request.Status.Chain.Steps[i]
		for _, approver := range step.Approvers {
			d.add(t, decision(request, rapid.IntRange(0, lastMoment).Draw(t, "created"), string(approver.User), string(step.Name), v1alpha1.VerdictApprove))
		}
	}
}

func newIndex(t fataler, doc *document.Document) *engine.Index {
	index, err := engine.NewIndex(doc, engine.WithClock(func() time.Time { panic("a pass reads the clock") }))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return index
}

func drawRequest(t *rapid.T) *v1alpha1.ApprovalRequest {
	request := &v1alpha1.ApprovalRequest{
		ObjectMeta: metav1.ObjectMeta{Name: "offer-1", UID: "uid-1"},
		Spec: v1alpha1.ApprovalRequestSpec{
			RequestType: "offer", Requester: v1alpha1.UserID(rapid.SampledFrom([]string{"ann", "ben", "vic", "bob", "gil"}).Draw(t, "requester")),
			Beneficiary: v1alpha1.UserID(rapid.SampledFrom([]string{"", "", "ann", "cem"}).Draw(t, "beneficiary")), Unit: "east",
		},
	}
	if rapid.Bool().Draw(t, "asks for a role") {
		request.Spec.Grant = drawGrant(t)
	}
	return request
}

func drawGrant(t *rapid.T) *v1alpha1.RequestedGrant {
	return &v1alpha1.RequestedGrant{
		RoleRef: v1alpha1.RoleReference{Name: "approver"}, DurationSeconds: rapid.Int32Range(1, 30).Draw(t, "duration"),
	}
}

func drawChain(t *rapid.T) v1alpha1.ApprovalChainSpec {
	spec := v1alpha1.ApprovalChainSpec{RequestType: "offer", OnBehalfPermission: "on-behalf"}
	spec.DistinctApprovers = rapid.SampledFrom([]v1alpha1.DistinctApprovers{v1alpha1.DistinctWithinStep, v1alpha1.DistinctAcrossSteps}).Draw(t, "distinct")
	if rapid.Bool().Draw(t, "parallel") {
		spec.Order = v1alpha1.StepsParallel
	}
	if rapid.IntRange(0, 5).Draw(t, "gives roles") > 0 {
		spec.GrantPolicy = drawGrantPolicy(t)
	}
	if rapid.IntRange(0, 3).Draw(t, "bypass") == 0 {
		spec.BypassPermission = "bypass"
	}
	if rapid.IntRange(0, 3).Draw(t, "on submission") == 0 {
		spec.OnSubmission = v1alpha1.ApproveOwnSteps
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "steps") {
		spec.Steps = append(spec.Steps, drawStep(t, fmt.Sprintf("s%d", i)))
	}
	return spec
}

// drawGrantPolicy draws a policy that often gives the role that requests ask for.
func drawGrantPolicy(t *rapid.T) *v1alpha1.GrantPolicy {
	policy := giving()
	policy.Roles = rapid.SampledFrom([]v1alpha1.GrantableRoles{
		policy.Roles, policy.Roles, policy.Roles, policy.Roles, policy.Roles, policy.Roles,
		{From: v1alpha1.GrantableRolesAll}, {From: v1alpha1.GrantableRolesUpTo, UpToRoleRef: &v1alpha1.RoleReference{Name: "vice"}},
		{From: v1alpha1.GrantableRolesListed, RoleRefs: []v1alpha1.RoleReference{{Name: "vice"}}}, {From: "Any"},
		{From: v1alpha1.GrantableRolesAll, ExceptRoleRefs: []v1alpha1.RoleReference{{Name: "approver"}}},
	}).Draw(t, "roles")
	policy.Beneficiaries = rapid.SampledFrom([][]v1alpha1.GrantBeneficiary{
		policy.Beneficiaries, policy.Beneficiaries, {v1alpha1.GrantToRequester}, {v1alpha1.GrantToMembers}, {"Anybody"},
	}).Draw(t, "beneficiaries")
	policy.MaxDurationSeconds = rapid.SampledFrom([]int32{0, 0, 10}).Draw(t, "longest")
	policy.WithoutDecision = rapid.SampledFrom([][]v1alpha1.DecisionBypass{
		nil, nil, {v1alpha1.WithoutDecisionOnSubmission}, {v1alpha1.WithoutDecisionOnBypass}, {v1alpha1.WithoutDecisionIfNoStepNeeded},
		{v1alpha1.WithoutDecisionByAuthority}, {"Always"},
	}).Draw(t, "without decision")
	return policy
}

func drawStep(t *rapid.T, name string) v1alpha1.ApprovalStep {
	drawn := step(name, drawSelectors(t)...)
	if rapid.IntRange(0, 3).Draw(t, "all") == 0 {
		drawn.ApprovalMode = v1alpha1.ApprovalAll
	} else {
		drawn.RequiredApprovals = rapid.Int32Range(1, 3).Draw(t, "required approvals")
	}
	drawn.RequiredDenials = rapid.Int32Range(1, 3).Draw(t, "required denials")
	if rapid.Bool().Draw(t, "falls back") {
		drawn.Fallback = drawSelectors(t)
	}
	for _, after := range rapid.SliceOfNDistinct(rapid.Int32Range(1, lastMoment), 0, 2, rapid.ID).Draw(t, "timeouts") {
		timeout := timed(rapid.SampledFrom([]v1alpha1.TimeoutAction{
			v1alpha1.TimeoutEscalate, v1alpha1.TimeoutEscalate, v1alpha1.TimeoutDeny, v1alpha1.TimeoutExpire,
		}).Draw(t, "action"), after)
		if timeout.Action == v1alpha1.TimeoutEscalate {
			timeout.Approvers = drawSelectors(t)
		}
		drawn.Timeouts = append(drawn.Timeouts, timeout)
	}
	if rapid.IntRange(0, 5).Draw(t, "when") == 0 {
		drawn.When = "false"
	}
	return drawn
}

func drawSelectors(t *rapid.T) []v1alpha1.ApproverSelector {
	return rapid.SliceOfN(rapid.SampledFrom([]v1alpha1.ApproverSelector{
		role("approver"), role("vice"), group("clerks"), users("ben", "bea"), users("cem"), users("ida", "kim", "eve"), manager(1), administrator(),
	}), 1, 2).Draw(t, "approvers")
}

// addDecision has a random user make a decision, well made or not.
func (d *drawn) addDecision(t *rapid.T, request *v1alpha1.ApprovalRequest) {
	steps := []string{"s0", "s0", "s1", "s2", ""}
	made := decision(request, rapid.IntRange(0, lastMoment).Draw(t, "created"), rapid.SampledFrom(people).Draw(t, "approver"),
		rapid.SampledFrom(steps).Draw(t, "step"),
		rapid.SampledFrom([]v1alpha1.Verdict{v1alpha1.VerdictApprove, v1alpha1.VerdictApprove, v1alpha1.VerdictApprove, v1alpha1.VerdictDeny}).Draw(t, "verdict"))
	if made.Spec.Step == "" {
		made.Spec.Verdict = rapid.SampledFrom([]v1alpha1.Verdict{v1alpha1.VerdictWithdraw, v1alpha1.VerdictRevoke}).Draw(t, "end")
		if rapid.IntRange(0, 3).Draw(t, "of another user") > 0 {
			made.Spec.Approver = request.Spec.Requester
		}
	} else if rapid.IntRange(0, 3).Draw(t, "is on behalf") == 0 {
		made.Spec.Approver = rapid.SampledFrom([]v1alpha1.UserID{"dan", "dan", "ben"}).Draw(t, "who decides")
		if represented := rapid.SampledFrom(people).Draw(t, "represented"); represented != string(made.Spec.Approver) {
			made.Spec.OnBehalfOf = v1alpha1.UserID(represented)
		}
	}
	d.add(t, made)
}

// add adds a decision, under a name that is free.
func (d *drawn) add(t *rapid.T, made v1alpha1.ApprovalDecision) {
	made.Name = fmt.Sprintf("%c-%d", rapid.RuneFrom([]rune("abyz")).Draw(t, "name"), len(d.decisions))
	made.UID = types.UID(made.Name)
	d.decisions = append(d.decisions, made)
}

// state is the request before anything was done to it, at a moment.
func (d *drawn) state(seconds int) approval.State {
	return approval.State{
		Request: d.request.DeepCopy(), Chains: d.chains, Index: d.index, Records: records("person"), Now: moment(seconds),
	}
}

// live makes passes at some moments and one at the end. Each sees the decisions up to then in random order, and starts from what
// the previous one wrote.
func (d *drawn) live(t *rapid.T, label string, moments []int) (approval.State, *approval.Outcome) {
	state := d.state(0)
	var last *approval.Outcome
	ended := ""
	moments = append(slices.Sorted(slices.Values(moments)), lastMoment)
	for _, seconds := range append([]int{0}, moments...) {
		state.Now = moment(seconds)
		seen := map[string][]metav1.Condition{}
		for i := range state.Decisions {
			seen[state.Decisions[i].Name] = state.Decisions[i].Status.Conditions
		}
		state.Decisions = nil
		for _, i := range rapid.Permutation(indices(len(d.decisions))).Draw(t, label+": arrival") {
			made := *d.decisions[i].DeepCopy()
			if made.CreationTimestamp.After(state.Now) || seconds == 0 && !opened(state.Request) {
				continue
			}
			made.Status.Conditions = seen[made.Name]
			state.Decisions = append(state.Decisions, made)
		}
		last = decide(t, state, held)
		if seconds != 0 && seconds != lastMoment && rapid.IntRange(0, 4).Draw(t, label+": fails to write") == 0 {
			keepSome(t, &state, last, rapid.IntRange(0, 2).Draw(t, label+": has written"))
			continue
		}
		keep(t, &state, last)
		if again := decide(t, state, held); written(t, again.Status) != written(t, last.Status) || len(again.Events) > 0 {
			t.Fatalf("another pass changes the status:\n%s\n%s", written(t, last.Status), written(t, again.Status))
		}
		if ended != "" && ended != end(last) {
			t.Fatalf("the request had ended as\n%s and is\n%s", ended, end(last))
		}
		if last.Status.State != v1alpha1.RequestPending && last.Status.Grant == nil {
			ended = end(last)
		}
	}
	return state, last
}

// keepSome writes of an outcome what a manager has written that is killed: nothing, the decisions that will never count, or also
// the status of the request.
func keepSome(t fataler, state *approval.State, o *approval.Outcome, stage int) {
	before := *state
	keep(t, state, o)
	if stage < 2 {
		state.Request = before.Request
	}
	for i := range state.Decisions {
		if stage == 0 || !o.Decisions[state.Decisions[i].Name].Stays() {
			state.Decisions[i] = before.Decisions[i]
		}
	}
}

func opened(request *v1alpha1.ApprovalRequest) bool { return request.Status.Chain != nil }

func indices(n int) []int {
	var all []int
	for i := range n {
		all = append(all, i)
	}
	return all
}

// end describes the result of a request: its state and its end, its steps with their votes, its role, and the decisions that count.
func end(o *approval.Outcome) string {
	text := fmt.Sprintln(o.Status.State, o.Status.Message, o.Status.CompletionTime, o.Status.WaitingFor)
	for _, progress := range o.Status.Steps {
		text += fmt.Sprintln(progress.Name, progress.State, progress.Message, progress.StartTime, progress.CompletionTime)
		for _, vote := range progress.Votes {
			text += fmt.Sprintln("  ", vote.DecisionName, vote.Verdict)
		}
	}
	if given := o.Status.Grant; given != nil {
		text += fmt.Sprintln(given.StartTime, given.EndTime, given.RevocationTime, given.RevokedBy)
	}
	for _, name := range slices.Sorted(maps.Keys(o.Decisions)) {
		if o.Decisions[name].Counted {
			text += name + "\n"
		}
	}
	return text
}

func TestTheEndDependsOnWhatCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		moments := rapid.SliceOfN(rapid.IntRange(0, lastMoment), 0, 6)
		_, once := d.live(t, "once", nil)
		_, often := d.live(t, "often", moments.Draw(t, "moments"))
		if a, b := end(once), end(often); a != b {
			t.Fatalf("one pass results in\n%s\nand several in\n%s\nchain:\n%s", a, b, written(t, d.chains["chain"].Spec))
		}
	})
}

func TestOnlyApproversVote(t *testing.T) {
	reached := map[v1alpha1.RequestState]int{}
	property.Check(t, func(t *rapid.T) {
		d := draw(t)
		state, last := d.live(t, "passes", rapid.SliceOfN(rapid.IntRange(0, lastMoment), 0, 4).Draw(t, "moments"))
		status := &last.Status
		reached[status.State]++
		if status.Chain == nil {
			return
		}
		requester, beneficiary := v1alpha1.Observed(state.Request.Spec.Requester), v1alpha1.Observed(intake.Beneficiary(&state.Request.Spec))
		voted := map[v1alpha1.Observed]string{}
		for i, progress := range status.Steps {
			voters := map[v1alpha1.Observed]bool{}
			approvals := 0
			for _, vote := range progress.Votes {
				voter := vote.Approver
				if vote.OnBehalfOf != "" {
					voter = vote.OnBehalfOf
				}
				if !slices.ContainsFunc(d.opened.Chain.Steps[i].Approvers, func(a v1alpha1.RequestApprover) bool { return a.User == voter }) {
					t.Fatalf("%s was no approver of %s", voter, progress.Name)
				}
				for _, user := range []v1alpha1.Observed{voter, vote.Approver} {
					if user == requester || user == beneficiary {
						t.Fatalf("%s decides on their own request", user)
					}
					if other, before := voted[user]; before && other != string(progress.Name) && status.Chain.DistinctApprovers == v1alpha1.Observed(v1alpha1.DistinctAcrossSteps) {
						t.Fatalf("%s decides both %s and %s", user, other, progress.Name)
					}
					voted[user] = string(progress.Name)
				}
				if voters[voter] {
					t.Fatalf("%s votes twice on %s", voter, progress.Name)
				}
				voters[voter] = true
				if vote.Verdict == v1alpha1.VerdictApprove {
					approvals++
				}
				if !last.Decisions[vote.DecisionName].Counted {
					t.Fatalf("the vote %s does not count: %+v", vote.DecisionName, last.Decisions[vote.DecisionName])
				}
			}
			required := max(1, int(status.Chain.Steps[i].RequiredApprovals))
			asked := status.Chain.Steps[i].Disposition == v1alpha1.StepAsked
			if asked && (progress.State == v1alpha1.StepApproved) && approvals < required {
				t.Fatalf("step %s is approved by %d of %d", progress.Name, approvals, required)
			}
			if asked && status.State == approved && progress.State != v1alpha1.StepApproved {
				t.Fatalf("the request is approved and step %s is %s", progress.Name, progress.State)
			}
		}
	}, func() string {
		for _, state := range []v1alpha1.RequestState{pending, approved, denied, withdrawn, expired} {
			if reached[state] == 0 {
				return fmt.Sprintf("no request was %s", state)
			}
		}
		return ""
	})
}

// TestNamesNeverMatter shows that the end is the same under any other names of the decisions.
func TestNamesNeverMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		_, last := d.live(t, "named", nil)
		renamed, former := *d, map[string]string{}
		renamed.decisions = slices.Clone(d.decisions)
		for i, position := range rapid.Permutation(indices(len(d.decisions))).Draw(t, "other names") {
			renamed.decisions[i].Name = fmt.Sprintf("%03d", position)
			former[renamed.decisions[i].Name] = d.decisions[i].Name
		}
		_, other := renamed.live(t, "renamed", nil)
		results := map[string]approval.DecisionResult{}
		for name, result := range other.Decisions {
			results[former[name]] = result
		}
		for i := range other.Status.Steps {
			for j, vote := range other.Status.Steps[i].Votes {
				other.Status.Steps[i].Votes[j].DecisionName = former[vote.DecisionName]
			}
		}
		other.Decisions = results
		if a, b := end(last), end(other); a != b {
			t.Fatalf("under one set of names it ends as\n%s\nand under another as\n%s", a, b)
		}
	})
}
