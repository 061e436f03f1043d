// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"fmt"
	"reflect"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// directoryFunction declares directory.<name>(a, b), which asks about two user ids.
func directoryFunction(name string, ask func(directory Directory, a, b string) bool) cel.EnvOption {
	return cel.Function(name, cel.MemberOverload("directory_"+name+"_string_string",
		[]*cel.Type{directoryType, cel.StringType, cel.StringType}, cel.BoolType,
		cel.FunctionBinding(func(args ...ref.Val) ref.Val {
			// CEL calls the function with arguments of its declared types only.
			directory := args[0].(*directoryValue).asked
			if directory == nil {
				return types.NewErr("directory.%s: there is no directory", name)
			}
			return types.Bool(ask(directory, string(args[1].(types.String)), string(args[2].(types.String))))
		}),
	))
}

// directoryValue is a Directory as a value of CEL. It has no use but to be asked.
type directoryValue struct {
	asked Directory
}

// ConvertToNative implements ref.Val.
func (*directoryValue) ConvertToNative(target reflect.Type) (any, error) {
	return nil, fmt.Errorf("the directory cannot be converted to %v", target)
}

// ConvertToType implements ref.Val.
func (*directoryValue) ConvertToType(target ref.Type) ref.Val {
	return types.NewErr("the directory cannot be converted to %s", target.TypeName())
}

// Equal implements ref.Val.
func (d *directoryValue) Equal(other ref.Val) ref.Val { return types.Bool(ref.Val(d) == other) }

// Type implements ref.Val.
func (*directoryValue) Type() ref.Type { return directoryType }

// Value implements ref.Val.
func (d *directoryValue) Value() any { return d }
