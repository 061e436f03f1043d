// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"sync"
	// Time zones mean the same on a machine that has no files for them.
	_ "time/tzdata"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/decls"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/ext"
)

// stringsVersion is the first version of the strings extension whose functions carry costs.
const stringsVersion = 5

var (
	subjectType   = cel.ObjectType("rolewright.Subject")
	actionType    = cel.ObjectType("rolewright.Action")
	resourceType  = cel.ObjectType("rolewright.Resource")
	directoryType = cel.ObjectType("rolewright.Directory")
	properties    = cel.MapType(cel.StringType, cel.DynType)
)

// environment is the one in which every expression is compiled. It is built of constants.
var environment = sync.OnceValue(func() *cel.Env {
	registry, err := types.NewRegistry()
	if err != nil {
		panic(err)
	}
	env, err := cel.NewEnv(
		cel.CustomTypeAdapter(adapter{registry}),
		cel.CustomTypeProvider(&provider{Registry: registry}),
		ext.Strings(ext.StringsVersion(stringsVersion)),
		ext.Sets(),
		cel.Variable(varSubject, subjectType),
		cel.Variable(varAction, actionType),
		cel.Variable(varResource, resourceType),
		cel.Variable(varContext, properties),
		cel.Variable(varNow, cel.TimestampType),
		cel.Variable(varDirectory, directoryType),
		directoryFunction("isManager", Directory.IsManager),
		directoryFunction("isAbove", Directory.IsAbove),
	)
	if err != nil {
		panic(err)
	}
	return env
})

// Functions returns the functions and operators that an expression may call, by name. Nobody may change them.
func Functions() map[string]*decls.FunctionDecl { return environment().Functions() }

// provider adds to CEL's own types the ones of our variables, so that a misspelt field is found when an expression is
// compiled. They cannot be constructed.
type provider struct {
	*types.Registry
}

// fields holds, for each of our types, its fields.
var fields = map[string]map[string]*types.FieldType{
	subjectType.TypeName(): {
		"type":       field(cel.StringType, func(s *Subject) any { return s.Type }),
		"id":         field(cel.StringType, func(s *Subject) any { return s.ID }),
		"properties": field(properties, func(s *Subject) any { return s.Properties }),
	},
	actionType.TypeName(): {
		"name":       field(cel.StringType, func(a *Action) any { return a.Name }),
		"properties": field(properties, func(a *Action) any { return a.Properties }),
	},
	resourceType.TypeName(): {
		"type":       field(cel.StringType, func(r *Resource) any { return r.Type }),
		"id":         field(cel.StringType, func(r *Resource) any { return r.ID }),
		"properties": field(properties, func(r *Resource) any { return r.Properties }),
		"unit":       field(properties, func(r *Resource) any { return r.Unit }),
	},
}

// field describes a field of T, which every value has.
func field[T any](kind *cel.Type, get func(*T) any) *types.FieldType {
	return &types.FieldType{
		Type:    kind,
		IsSet:   func(any) bool { return true },
		GetFrom: func(target any) (any, error) { return get(target.(*T)), nil },
	}
}

// FindStructType implements types.Provider.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if _, ours := fields[name]; ours {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Registry.FindStructType(name)
}

// FindStructFieldType implements types.Provider.
func (p *provider) FindStructFieldType(name, fieldName string) (*types.FieldType, bool) {
	if ours, ok := fields[name]; ok {
		found, ok := ours[fieldName]
		return found, ok
	}
	return p.Registry.FindStructFieldType(name, fieldName)
}
