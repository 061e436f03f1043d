// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"time"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// adapter converts the values of an Input as if they had been read from JSON: every number is a double, whichever Go type it has,
// and a time is a text.
// So an application that calls the SDK gets the same answer as one that sends the request in JSON.
type adapter struct {
	registry *types.Registry
}

// NativeToValue implements types.Adapter.
func (a adapter) NativeToValue(value any) ref.Val {
	switch v := value.(type) {
	case ref.Val:
		return v
	case string:
		return types.String(v)
	case bool:
		return types.Bool(v)
	case float64:
		return double(v)
	case map[string]any:
		return types.NewStringInterfaceMap(a, v)
	case []any:
		return types.NewDynamicList(a, v)
	case nil, []byte, []ref.Val, map[ref.Val]ref.Val:
		return a.registry.NativeToValue(v)
	case json.Number:
		return number(v.String())
	case time.Time:
		return types.String(v.Format(time.RFC3339Nano))
	default:
		return a.reflected(reflect.ValueOf(value))
	}
}

// reflected converts a value of a type that JSON is not read into.
func (a adapter) reflected(value reflect.Value) ref.Val {
	switch kind := value.Kind(); {
	case value.CanInt():
		return number(strconv.FormatInt(value.Int(), 10))
	case value.CanUint():
		return number(strconv.FormatUint(value.Uint(), 10))
	case value.CanFloat():
		return double(value.Float())
	case kind == reflect.Slice, kind == reflect.Array:
		return types.NewDynamicList(a, value.Interface())
	case kind == reflect.Map:
		return types.NewDynamicMap(a, value.Interface())
	default:
		return a.registry.NativeToValue(value.Interface())
	}
}

// double converts a number of Go. One that JSON cannot write is an error: NaN does not even equal itself.
func double(v float64) ref.Val {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return types.NewErr("%v is no number of JSON", v)
	}
	return types.Double(v)
}

// number converts a number as JSON writes it. One that may stand for others too is an error: it is not compared.
func number(text string) ref.Val {
	value, ok := document.ParseNumber(text)
	if !ok {
		return types.NewErr("%s is no number that can be kept exactly: use text", text)
	}
	return types.Double(value)
}
