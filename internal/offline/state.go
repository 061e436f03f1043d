// SPDX-License-Identifier: Apache-2.0

package offline

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/crdschema"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// State is a set of objects as a cluster would hold them.
type State struct {
	// Objects are typed. One that would be refused stands among them with what could be read of it, so that what refers to it
	// is not found wrong as well.
	Objects intake.Objects
	// Refused is what cannot be read, and what the API server would refuse.
	Refused []Finding

	files, skipped, unread int
	// decisions are of requests that a cluster holds: only their schema can be checked.
	decisions int
	places    map[model.Ref]*manifests.Object
}

// FromObjects is the state of objects that a cluster holds.
func FromObjects(objects intake.Objects) *State { return &State{Objects: objects} }

// FromManifests is the state that manifests describe. An error means that the program is damaged.
func FromManifests(set *manifests.Set) (*State, error) {
	schemas, err := crdschema.Load()
	if err != nil {
		return nil, fmt.Errorf("the schemas that are built in cannot be used: %w", err)
	}
	s := &State{files: set.Files, skipped: set.Skipped, places: make(map[model.Ref]*manifests.Object, len(set.Objects))}
	for i := range set.Problems {
		s.problem(&set.Problems[i])
	}
	for _, object := range set.Objects {
		s.places[refOf(object)] = object
		problems := schemas.Validate(object.GVK, object.Value)
		for _, problem := range problems {
			s.Refused = append(s.Refused, Finding{
				Place: object.PlaceOf(problem.Field), Severity: resolve.Error, Object: refOf(object),
				Field: problem.Field, Reason: problem.Reason, Message: problem.Message,
			})
		}
		if err := s.take(object, problems); err != nil {
			s.Refused = append(s.Refused, Finding{
				Place: object.Place, Severity: resolve.Error, Object: refOf(object), Reason: manifests.ReasonNotAnObject, Message: err.Error(),
			})
		}
	}
	s.Refused = arrange(s.Refused)
	return s, nil
}

func refOf(object *manifests.Object) model.Ref {
	return model.Ref{Kind: object.GVK.Kind, Namespace: object.Namespace, Name: object.Name}
}

func (s *State) problem(problem *manifests.Problem) {
	finding := Finding{
		Place: problem.Place, Severity: resolve.Error, Field: problem.Field, Reason: problem.Reason, Message: problem.Message,
	}
	if problem.Warning {
		finding.Severity = resolve.Warning
	}
	if problem.Object != nil {
		finding.Object = refOf(problem.Object)
	}
	s.Refused = append(s.Refused, finding)
}

// take decodes an object into the list of its kind. Fields that would be refused are left out where they cannot be decoded.
func (s *State) take(object *manifests.Object, problems []crdschema.Problem) error {
	if object.GVK.Version != v1alpha1.GroupVersion.Version {
		s.unread++
		return nil
	}
	value := maps.Clone(object.Value)
	if object.GVK.Kind != model.KindRequest {
		delete(value, "status")
	}
	switch object.GVK.Kind {
	case model.KindCatalog:
		return decode(value, problems, &s.Objects.Catalogs)
	case model.KindPlatformRole:
		return decode(value, problems, &s.Objects.PlatformRoles)
	case model.KindPlatformAssignment:
		return decode(value, problems, &s.Objects.PlatformAssignments)
	case model.KindOrganization:
		return decode(value, problems, &s.Objects.Organizations)
	case model.KindRole:
		return decode(value, problems, &s.Objects.Roles)
	case model.KindAssignment:
		return decode(value, problems, &s.Objects.Assignments)
	case model.KindGroup:
		return decode(value, problems, &s.Objects.Groups)
	default:
		return s.takeApproval(object.GVK.Kind, value, problems)
	}
}

// takeApproval decodes what approvals consist of.
func (s *State) takeApproval(kind string, value map[string]any, problems []crdschema.Problem) error {
	switch kind {
	case model.KindChain:
		return decode(value, problems, &s.Objects.Chains)
	case model.KindRequest:
		return s.takeRequest(value, problems)
	case model.KindDecision:
		s.decisions++
	default:
		s.unread++
	}
	return nil
}

// takeRequest keeps the status of a request, which is where it says what role it gives: manifests that were read from a
// cluster answer as that cluster does. Who writes a status by hand changes no cluster by it.
func (s *State) takeRequest(value map[string]any, problems []crdschema.Problem) error {
	if err := convert(value, &v1alpha1.ApprovalRequest{}); err != nil {
		delete(value, "status")
	}
	return decode(value, problems, &s.Objects.Requests)
}

// decode appends an object to a list.
func decode[T any](value map[string]any, problems []crdschema.Problem, list *[]T) error {
	var object T
	err := convert(value, &object)
	if err != nil && len(problems) > 0 {
		object = *new(T)
		// Why it cannot be decoded is among the problems.
		err = nil
		_ = convert(without(value, problems), &object)
	}
	*list = append(*list, object)
	return err
}

func convert(value map[string]any, object any) error {
	data, err := json.Marshal(value)
	if err == nil {
		err = kjson.UnmarshalCaseSensitivePreserveInts(data, object)
	}
	if err != nil {
		return fmt.Errorf("the object cannot be read as its kind: %w", err)
	}
	return nil
}

// without leaves out the fields of the spec, and of the object, in which there are problems.
func without(value map[string]any, problems []crdschema.Problem) map[string]any {
	spec, _ := value["spec"].(map[string]any)
	spec = maps.Clone(spec)
	for _, problem := range problems {
		outer, rest, _ := strings.Cut(problem.Field, ".")
		if outer == "spec" && rest != "" {
			name, _, _ := strings.Cut(strings.ReplaceAll(rest, "[", "."), ".")
			delete(spec, name)
		}
	}
	value["spec"] = spec
	return value
}

// Review resolves every organization, and what belongs to none, and reports what is found at a moment.
func (s *State) Review(now time.Time) *Report {
	report := &Report{
		Files: s.files, Skipped: s.skipped, Organizations: len(s.Objects.Organizations), Objects: s.count(),
	}
	refused := map[model.Ref][]string{}
	for i := range s.Refused {
		// A rule over the whole spec says nothing about its parts.
		if f := &s.Refused[i]; f.Field != "" && (f.Field != "spec" || f.Reason != string(field.ErrorTypeInvalid)) {
			refused[f.Object] = append(refused[f.Object], f.Field)
		}
	}
	findings := append([]Finding(nil), s.Refused...)
	add := func(found []resolve.Finding) {
		for _, f := range found {
			if !overlaps(f.Field, refused[f.Object]) {
				findings = append(findings, s.located(f))
			}
		}
	}
	add(s.platform().Findings)
	for _, world := range s.Worlds() {
		found, _ := resolve.Organization(&world).At(now)
		if s.partial(world.Namespace) {
			found = slices.DeleteFunc(slices.Clone(found), func(f resolve.Finding) bool { return f.Severity != resolve.Error })
		}
		add(found)
	}
	report.Findings = arrange(findings)
	return report
}

// partial tells whether something is refused that the organizations of a namespace may be made of. Advice about the rest would
// be wrong: a role is not unused because the grant of it cannot be read.
func (s *State) partial(namespace string) bool {
	return slices.ContainsFunc(s.Refused, func(f Finding) bool {
		return f.Severity == resolve.Error && (f.Object.Namespace == "" || f.Object.Namespace == namespace)
	})
}

// count is how many objects of the group there are.
func (s *State) count() int {
	o := &s.Objects
	return len(o.Catalogs) + len(o.PlatformRoles) + len(o.PlatformAssignments) + len(o.Organizations) +
		len(o.Roles) + len(o.Assignments) + len(o.Groups) + len(o.Chains) + len(o.Requests) + s.decisions + s.unread
}

// platform resolves what belongs to no organization.
func (s *State) platform() *resolve.PlatformResolution {
	catalogs := make([]*model.Catalog, len(s.Objects.Catalogs))
	for i := range s.Objects.Catalogs {
		catalogs[i] = intake.Catalog(&s.Objects.Catalogs[i])
	}
	roles := make([]model.Role, len(s.Objects.PlatformRoles))
	for i := range s.Objects.PlatformRoles {
		roles[i] = intake.PlatformRole(&s.Objects.PlatformRoles[i])
	}
	assignments := make([]model.PlatformAssignment, len(s.Objects.PlatformAssignments))
	for i := range s.Objects.PlatformAssignments {
		// Which organizations are picked is told of each organization, from its labels.
		assignments[i] = intake.PlatformAssignment(&s.Objects.PlatformAssignments[i], nil)
	}
	return resolve.Platform(catalogs, roles, assignments)
}

// overlaps says whether a field, or one around it, was refused already. Saying it in two ways helps nobody.
func overlaps(path string, refused []string) bool {
	for _, outer := range refused {
		if within(path, outer) {
			return true
		}
	}
	return false
}

// located adds the place to what the resolution found.
func (s *State) located(f resolve.Finding) Finding {
	finding := Finding{Severity: f.Severity, Object: f.Object, Field: f.Field, Reason: f.Reason, Message: f.Message}
	if object, ok := s.places[f.Object]; ok {
		finding.Place = object.PlaceOf(f.Field)
	}
	return finding
}

// Worlds are the organizations, by namespace and name.
func (s *State) Worlds() []model.World { return intake.Worlds(s.Objects) }
