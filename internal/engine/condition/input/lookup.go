// SPDX-License-Identifier: Apache-2.0

package input

// Names of the variables that an expression sees.
const (
	VarSubject   = "subject"
	VarAction    = "action"
	VarResource  = "resource"
	VarContext   = "context"
	VarNow       = "now"
	VarDirectory = "directory"
)

// Lookup returns the value at a path. The second result is false if there is none.
func (i *Input) Lookup(path []string) (value any, present bool) {
	var fields map[string]any
	switch path[0] {
	case VarSubject:
		fields = map[string]any{"type": i.Subject.Type, "id": i.Subject.ID, "properties": i.Subject.Properties}
	case VarAction:
		fields = map[string]any{"name": i.Action.Name, "properties": i.Action.Properties}
	case VarResource:
		fields = map[string]any{
			"type": i.Resource.Type, "id": i.Resource.ID, "properties": i.Resource.Properties, "unit": i.Resource.Unit,
		}
	case VarContext:
		fields = i.Context
	case VarNow:
		return i.Now, true
	}
	value = fields
	for _, key := range path[1:] {
		members, isMap := value.(map[string]any)
		if !isMap {
			return nil, false
		}
		if value, present = members[key]; !present {
			return nil, false
		}
	}
	return value, true
}
