// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/crdschema"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// Input is a set of objects, as a cluster would hold them.
type Input struct {
	// Objects are typed. An object that would be rejected is among them with those of its fields that can be read, so that
	// references to it are not reported as well.
	Objects intake.Objects
	// Rejected lists what cannot be read and what the API server would reject.
	Rejected []Finding
	// Partial is set if catalogs may have organizations that are not among the objects: what none of them has, is not said then.
	Partial bool

	// Decisions are those that would be accepted. Only their schema is checked: they decide requests that a cluster holds.
	Decisions []v1alpha1.ApprovalDecision

	files, skipped int
	// decisions counts all ApprovalDecisions.
	decisions int
	// unknown counts objects of kinds and versions that do not exist.
	unknown int
	sources map[model.Ref]*manifests.Object
	// lost are the documents of which not all can be read.
	lost []lostDocument
}

// FromObjects returns the input that consists of a cluster's objects.
func FromObjects(objects intake.Objects) *Input { return &Input{Objects: objects} }

// Load reads manifests. If some of the paths cannot be read, it returns an error together with the rest of the input.
func Load(reader *manifests.Reader, paths ...string) (*Input, error) {
	result, readErr := reader.Read(paths...)
	in, err := FromManifests(result)
	return in, errors.Join(err, readErr)
}

// FromManifests returns the input that manifests describe. It fails only if the schemas built into the program are damaged.
func FromManifests(result *manifests.Result) (*Input, error) {
	schemas, err := crdschema.Load()
	if err != nil {
		return nil, fmt.Errorf("the built-in schemas cannot be used: %w", err)
	}
	in := &Input{files: result.Files, skipped: result.Skipped, sources: make(map[model.Ref]*manifests.Object, len(result.Objects))}
	for i := range result.Diagnostics {
		diagnostic := &result.Diagnostics[i]
		in.Rejected = append(in.Rejected, fromDiagnostic(diagnostic))
		if diagnostic.Source != nil && !diagnostic.Warning {
			in.lose(diagnostic.Source, model.Ref{})
		}
	}
	for _, object := range result.Objects {
		in.sources[refOf(object)] = object
		mended := schemas.Mend(object.GVK, object.Value)
		misread := replaceTexts(schemas, object)
		fieldErrors := schemas.Validate(object.GVK, object.Value)
		in.rejectMisread(misread, fieldErrors)
		if slices.ContainsFunc(fieldErrors, loses) {
			in.lose(object.Source, refOf(object))
		}
		for _, fieldError := range slices.Concat(mended, fieldErrors) {
			in.Rejected = append(in.Rejected, Finding{
				Position: object.PositionOf(fieldError.Field), Severity: resolve.Error, Object: refOf(object),
				Field: fieldError.Field, Reason: fieldError.Reason, Message: fieldError.Message,
			})
		}
		if err := in.add(object, fieldErrors); err != nil {
			in.Rejected = append(in.Rejected, Finding{
				Position: object.Position, Severity: resolve.Error, Object: refOf(object), Reason: manifests.ReasonNotAnObject, Message: err.Error(),
			})
		}
	}
	in.Rejected = sortAndDeduplicate(in.Rejected)
	return in, nil
}

// replaceTexts puts right what YAML reads as something else than text where text is expected, such as a unit that is called no. So
// the mistake is found once, and not as well where it is referred to.
func replaceTexts(schemas *crdschema.Schemas, object *manifests.Object) (misread []Finding) {
	schemas.ReplaceTexts(object.GVK, object.Value, func(path string, value any) string {
		text, message := object.Text(path, value)
		if message != "" {
			misread = append(misread, Finding{
				Position: object.PositionOf(path), Severity: resolve.Error, Object: refOf(object),
				Field: path, Reason: manifests.ReasonMisreadValue, Message: message,
			})
		}
		return text
	})
	return misread
}

// rejectMisread rejects what is misread, unless the text that was meant is wrong too, which is said already.
func (in *Input) rejectMisread(misread []Finding, fieldErrors []crdschema.FieldError) {
	for i := range misread {
		if !slices.ContainsFunc(fieldErrors, func(e crdschema.FieldError) bool { return e.Field == misread[i].Field }) {
			in.Rejected = append(in.Rejected, misread[i])
		}
	}
}

func refOf(object *manifests.Object) model.Ref {
	return model.Ref{Kind: object.GVK.Kind, Namespace: object.Namespace, Name: object.Name}
}

func fromDiagnostic(diagnostic *manifests.Diagnostic) Finding {
	finding := Finding{
		Position: diagnostic.Position, Severity: resolve.Error,
		Field: diagnostic.Field, Reason: diagnostic.Reason, Message: diagnostic.Message,
	}
	if diagnostic.Warning {
		finding.Severity = resolve.Warning
	}
	if diagnostic.Object != nil {
		finding.Object = refOf(diagnostic.Object)
	}
	return finding
}

// Worlds returns the organizations by namespace and name.
func (in *Input) Worlds() []model.World { return intake.Worlds(in.Objects) }

// count returns the number of objects of the group.
func (in *Input) count() int {
	count := in.decisions + in.unknown
	for range in.Objects.All() {
		count++
	}
	return count
}
