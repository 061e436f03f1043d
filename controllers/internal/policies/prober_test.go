// SPDX-License-Identifier: Apache-2.0

package policies

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var start = time.Date(2030, time.June, 1, 8, 0, 0, 0, time.UTC)

func moment(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

// server is an API server with policies, whose answers a test may change.
type server struct {
	*testing.T
	client client.WithWatch
	// answers are those to writes that a policy must refuse, by the policy; refusal by default.
	answers map[string]error
	// reads are the errors of reading an object, by its name.
	reads map[string]error
	// changes are the managedFields of objects, by type and name.
	changes map[string][]metav1.ManagedFieldsEntry
	// generations are those of policies and bindings, by their name.
	generations map[string]int64
	// now is the clock of the API server; not dated is the answer to a decision in the manager's own name.
	now      time.Time
	notDated error
	// user is whom the API server takes the manager for.
	user   string
	mu     sync.Mutex
	writes []string
}

// refusal is what the API server answers if a policy refuses a write.
func refusal(policy string) error {
	return apierrors.NewForbidden(schema.GroupResource{Resource: "approvaldecisions"}, "x",
		fmt.Errorf("ValidatingAdmissionPolicy '%s' with binding '%s' denied request: no", policy, policy))
}

var all = []string{Identity, Metadata, Permanence, Status}

func newServer(t *testing.T) *server {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, admissionregistrationv1.AddToScheme, authenticationv1.AddToScheme, v1alpha1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	s := &server{T: t, answers: map[string]error{}, reads: map[string]error{}, changes: map[string][]metav1.ManagedFieldsEntry{}, now: moment(1000), user: "system:serviceaccount:here:manager"}
	objects := []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "town"}},
		&v1alpha1.ApprovalDecision{ObjectMeta: metav1.ObjectMeta{Namespace: "town", Name: "vote", UID: "v"}},
		&v1alpha1.ApprovalRequest{ObjectMeta: metav1.ObjectMeta{Namespace: "town", Name: "boiler", UID: "b"}},
	}
	for i, policy := range all {
		s.answers[policy] = refusal(policy)
		meta := metav1.ObjectMeta{Name: policy, Generation: 1, CreationTimestamp: metav1.NewTime(moment(i))}
		objects = append(objects, &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: meta},
			&admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: meta})
	}
	s.client = fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).WithInterceptorFuncs(interceptor.Funcs{
		Create: func(_ context.Context, _ client.WithWatch, o client.Object, options ...client.CreateOption) error {
			return s.create(o, options)
		},
		Delete: func(_ context.Context, _ client.WithWatch, _ client.Object, options ...client.DeleteOption) error {
			applied := &client.DeleteOptions{}
			applied.ApplyOptions(options)
			return s.answer(Permanence, applied.DryRun)
		},
		SubResourcePatch: func(_ context.Context, _ client.Client, _ string, _ client.Object, _ client.Patch, options ...client.SubResourcePatchOption) error {
			applied := &client.SubResourcePatchOptions{}
			applied.ApplyOptions(options)
			return s.answer(Status, applied.DryRun)
		},
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object, options ...client.GetOption) error {
			if err := s.reads[key.Name]; err != nil {
				return err
			}
			err := c.Get(ctx, key, o, options...)
			if generation := s.generations[key.Name]; generation > 0 {
				o.SetGeneration(generation)
				o.SetManagedFields([]metav1.ManagedFieldsEntry{{Manager: "kubectl", Time: new(metav1.NewTime(start))}})
			}
			if fields := s.changes[fmt.Sprintf("%T %s", o, key.Name)]; fields != nil {
				o.SetManagedFields(fields)
			}
			return err
		},
	}).Build()
	return s
}

// answer is that to a write, which must be a dry run.
func (s *server) answer(policy string, dryRun []string) error {
	if !slices.Equal(dryRun, []string{metav1.DryRunAll}) {
		s.Errorf("a write that is no dry run: %s", policy)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes = append(s.writes, policy)
	return s.answers[policy]
}

func (s *server) create(object client.Object, options []client.CreateOption) error {
	applied := &client.CreateOptions{}
	applied.ApplyOptions(options)
	switch o := object.(type) {
	case *authenticationv1.SelfSubjectReview:
		o.Status.UserInfo.Username = s.user
		return nil
	case *v1alpha1.ApprovalDecision:
		if o.Namespace != "here" {
			s.Errorf("a decision in namespace %q", o.Namespace)
		}
		switch own := o.Spec.Approver == "system:serviceaccount:here:manager"; {
		case len(o.Finalizers) > 0 && own:
			return s.answer(Metadata, applied.DryRun)
		case own:
			o.CreationTimestamp = metav1.NewTime(s.now)
			return s.notDated
		}
		return s.answer(Identity, applied.DryRun)
	}
	return fmt.Errorf("a %T is created", object)
}

// prober returns one for the server, which waits for 5 seconds after a change.
func (s *server) prober() *Prober {
	return New(Options{Interval: time.Minute, Timeout: time.Minute, Settling: 5 * time.Second}, s.client, s.client, logr.Discard())
}

// TestWhatIsKnown: only the refusal of the very policy shows that it is enforced, and no answer is taken for another.
func TestWhatIsKnown(t *testing.T) {
	other := refusal("another-policy")
	forbidden := apierrors.NewForbidden(schema.GroupResource{Resource: "approvaldecisions"}, "x", errors.New(`User "manager" cannot create resource`))
	for name, c := range map[string]struct {
		change  func(*server, string)
		says    string
		refuted bool
	}{
		"it is enforced":         {func(*server, string) {}, "", false},
		"it accepts":             {func(s *server, p string) { s.answers[p] = nil }, "the API server accepts what the policy must refuse", true},
		"another refuses":        {func(s *server, p string) { s.answers[p] = other }, "answers otherwise", false},
		"one of a longer name":   {func(s *server, p string) { s.answers[p] = refusal(p + "-2") }, "answers otherwise", false},
		"RBAC refuses":           {func(s *server, p string) { s.answers[p] = forbidden }, "answers otherwise", false},
		"the server is away":     {func(s *server, p string) { s.answers[p] = errors.New("connection refused") }, "connection refused", false},
		"an error that names it": {func(s *server, p string) { s.answers[p] = errors.New("ValidatingAdmissionPolicy '" + p + "' failed") }, "answers otherwise", false},
		"it is missing": {func(s *server, p string) {
			s.reads[p] = apierrors.NewNotFound(schema.GroupResource{}, p)
		}, "of that name is missing", true},
		"it cannot be read": {func(s *server, p string) { s.reads[p] = forbidden }, "reading the ValidatingAdmissionPolicy", false},
	} {
		for _, policy := range all {
			s := newServer(t)
			c.change(s, policy)
			p := s.prober()
			p.round(t.Context())
			result, known := p.Enforcement(nil)
			if !known || (result.Problem == "") != (c.says == "") || !strings.Contains(result.Problem, c.says) || p.refuted != c.refuted {
				t.Errorf("%s, %s: refuted %t, %q", policy, name, p.refuted, result.Problem)
			}
			for _, other := range all {
				if enforced := p.Enforced()[other]; enforced != (c.says == "" || other != policy) {
					t.Errorf("%s, %s: %s is enforced: %t", policy, name, other, enforced)
				}
			}
			if result.Problem != "" && !strings.Contains(result.Problem, "policy "+policy+": ") {
				t.Errorf("%s, %s: it says %q", policy, name, result.Problem)
			}
		}
	}
}

// TestNothingToGuard: without requests and decisions there is none that could be deleted, and no status; the policies must be there
// all the same.
func TestNothingToGuard(t *testing.T) {
	s := newServer(t)
	for _, o := range []client.Object{
		&v1alpha1.ApprovalDecision{ObjectMeta: metav1.ObjectMeta{Namespace: "town", Name: "vote"}},
		&v1alpha1.ApprovalRequest{ObjectMeta: metav1.ObjectMeta{Namespace: "town", Name: "boiler"}},
	} {
		if err := s.client.Get(t.Context(), client.ObjectKeyFromObject(o), o); err != nil {
			t.Fatal(err)
		}
		p := s.prober()
		p.Objects = onlyGone{s.client}
		p.round(t.Context())
		if result, _ := p.Enforcement(nil); result.Problem != "" || slices.Contains(s.writes, Permanence) || slices.Contains(s.writes, Status) {
			t.Errorf("it wrote %v: %q", s.writes, result.Problem)
		}
	}
}

// onlyGone lists nothing.
type onlyGone struct{ client.Reader }

func (onlyGone) List(context.Context, client.ObjectList, ...client.ListOption) error { return nil }

// TestSince: from some time after the last change of any policy or binding, however it was changed.
func TestSince(t *testing.T) {
	entry := func(seconds int, subresource string) metav1.ManagedFieldsEntry {
		at := metav1.NewTime(moment(seconds))
		return metav1.ManagedFieldsEntry{Manager: "kubectl", Operation: "Update", APIVersion: "v1", Time: &at, Subresource: subresource}
	}
	untimed := entry(0, "")
	untimed.Time = nil
	object := func(created int, generation int64, entries ...metav1.ManagedFieldsEntry) client.Object {
		return &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{
			CreationTimestamp: metav1.NewTime(moment(created)), Generation: generation, ManagedFields: entries,
		}}
	}
	for name, c := range map[string]struct {
		object client.Object
		at     int
		known  bool
	}{
		"as it was made":               {object(7, 1), 7, true},
		"applied once":                 {object(7, 1, entry(7, "")), 7, true},
		"changed":                      {object(7, 3, entry(7, ""), entry(90, ""), entry(50, "")), 90, true},
		"its status was written":       {object(7, 1, entry(7, ""), entry(90, "status")), 7, true},
		"changed, nobody knows when":   {object(7, 2), 7, false},
		"only its status has a time":   {object(7, 2, entry(90, "status")), 7, false},
		"an entry without a time":      {object(7, 2, entry(50, ""), untimed), 50, false},
		"an entry before its creation": {object(7, 1, entry(3, "")), 7, true},
	} {
		if changed, known := changedAt(c.object); known != c.known || !changed.Equal(moment(c.at)) {
			t.Errorf("%s: %v, known %t", name, changed, known)
		}
	}

	s := newServer(t)
	p := s.prober()
	p.round(t.Context())
	if result, _ := p.Enforcement(nil); !result.Since.Equal(moment(3 + 5)) {
		t.Errorf("since %v", result.Since)
	}
	for i, kind := range []string{"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"} {
		for j, policy := range all {
			at := 10 * (1 + 4*i + j)
			s.changes["*v1."+kind+" "+policy] = []metav1.ManagedFieldsEntry{entry(at, "")}
			p.round(t.Context())
			if result, _ := p.Enforcement(nil); !result.Since.Equal(moment(at + 5)) {
				t.Errorf("%s %s was changed at %d: since %v", kind, policy, at, result.Since)
			}
		}
	}
	s.changes["*v1.ValidatingAdmissionPolicy "+Identity] = []metav1.ManagedFieldsEntry{untimed}
	p.round(t.Context())
	if result, _ := p.Enforcement(nil); !strings.Contains(result.Problem, "its managedFields do not say when") {
		t.Errorf("it says %q", result.Problem)
	}
}

// TestAgain: a policy that was not enforced, and that nobody changed, is enforced from when that is seen, by the API server's clock.
func TestAgain(t *testing.T) {
	s := newServer(t)
	p := s.prober()
	told := 0
	p.OnChange(func() { told++ })
	p.round(t.Context())
	s.answers[Identity] = nil
	p.round(t.Context())
	p.round(t.Context())
	s.answers[Identity], s.notDated = refusal(Identity), errors.New("timeout")
	p.round(t.Context())
	if result, _ := p.Enforcement(nil); !strings.Contains(result.Problem, "it is not known since when") {
		t.Errorf("it says %q", result.Problem)
	}
	s.notDated = nil
	p.round(t.Context())
	if result, _ := p.Enforcement(nil); result.Problem != "" || !result.Since.Equal(moment(1000+5)) {
		t.Errorf("since %v: %q", result.Since, result.Problem)
	}
	s.now = moment(2000)
	p.round(t.Context())
	if result, _ := p.Enforcement(nil); !result.Since.Equal(moment(1000 + 5)) {
		t.Errorf("since %v", result.Since)
	}
	if told != 4 {
		t.Errorf("told %d times", told)
	}
}

// TestChangesWithoutATime: a field that was added and taken out again leaves no entry in managedFields, and another generation.
func TestChangesWithoutATime(t *testing.T) {
	s := newServer(t)
	p := s.prober()
	p.round(t.Context())
	s.generations = map[string]int64{Status: 3}
	p.round(t.Context())
	if result, _ := p.Enforcement(nil); result.Problem != "" || !result.Since.Equal(moment(1000+5)) {
		t.Errorf("since %v: %q", result.Since, result.Problem)
	}
	s.now = moment(2000)
	p.round(t.Context())
	if result, _ := p.Enforcement(nil); !result.Since.Equal(moment(1000 + 5)) {
		t.Errorf("since %v, though nothing was changed", result.Since)
	}
}

// TestWhatIsSeenWaitsForTheNextRound: nothing is known of an object until a round of probes began after it was there.
func TestWhatIsSeenWaitsForTheNextRound(t *testing.T) {
	s := newServer(t)
	p := s.prober()
	ask := func(uids ...types.UID) bool { _, known := p.Enforcement(uids); return known }
	if ask() || ask("a") {
		t.Error("something is known before the first round")
	}
	p.round(t.Context())
	if !ask() || ask("a") {
		t.Error("the first round covers what came later")
	}
	// A round is under way when b is seen.
	p.started++
	if ask("b") {
		t.Error("b is known")
	}
	p.keep(p.started, nil)
	if !ask("a") || ask("b") || ask("a", "b") {
		t.Error("the round that was under way covers b, or not a")
	}
	p.round(t.Context())
	if !ask("a", "b") {
		t.Error("the next round does not cover b")
	}
	for range forgotten {
		p.round(t.Context())
	}
	if len(p.asked) != 0 {
		t.Errorf("it keeps %v", p.asked)
	}
	select {
	case <-p.wanted:
	default:
		t.Error("no round is asked for")
	}
	s.answers[Status] = nil
	p.round(t.Context())
	if !ask("c") {
		t.Error("that the policies are not enforced is known of everything")
	}
}

// TestHiccup: an API server that does not answer for a moment lets what is new wait, and nothing else; if it lasts, approvals stand still.
func TestHiccup(t *testing.T) {
	s := newServer(t)
	p := s.prober()
	p.Patience = time.Hour
	p.round(t.Context())
	p.Enforcement([]types.UID{"a"})
	s.answers[Status] = errors.New("connection refused")
	p.round(t.Context())
	if result, known := p.Enforcement(nil); !known || result.Problem != "" {
		t.Errorf("known %t: %q", known, result.Problem)
	}
	if _, known := p.Enforcement([]types.UID{"a"}); known {
		t.Error("a round that found out nothing covers what is new")
	}
	p.unknownSince = p.unknownSince.Add(-time.Hour)
	p.round(t.Context())
	if result, _ := p.Enforcement([]types.UID{"a"}); !strings.Contains(result.Problem, "connection refused") {
		t.Errorf("it says %q", result.Problem)
	}
	s.answers[Status] = refusal(Status)
	p.round(t.Context())
	if result, known := p.Enforcement([]types.UID{"a"}); !known || result.Problem != "" || !p.unknownSince.IsZero() {
		t.Errorf("known %t: %q", known, result.Problem)
	}
	// What is known not to be enforced is no hiccup.
	s.answers[Status] = nil
	p.round(t.Context())
	if result, _ := p.Enforcement(nil); result.Problem == "" {
		t.Error("nothing stands still")
	}
}

// TestWhoTheManagerIs: it runs as a service account, in whose namespace it probes.
func TestWhoTheManagerIs(t *testing.T) {
	s := newServer(t)
	s.user = "admin"
	p := s.prober()
	p.round(t.Context())
	if result, _ := p.Enforcement(nil); !strings.Contains(result.Problem, `the manager runs as "admin": run it as the service account`) {
		t.Errorf("it says %q", result.Problem)
	}
}
