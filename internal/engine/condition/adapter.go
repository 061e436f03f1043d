// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"bytes"
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
	case nil, []ref.Val, map[ref.Val]ref.Val, *Subject, *Action, *Resource:
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
	switch _, says := reflect.TypeAssert[json.Marshaler](value); {
	case says:
		return a.written(value.Interface())
	case value.CanInt():
		return number(strconv.FormatInt(value.Int(), 10))
	case value.CanUint():
		return number(strconv.FormatUint(value.Uint(), 10))
	case value.Kind() == reflect.Float32: // as short as it is written: 0.1, not 0.10000000149011612
		return number(strconv.FormatFloat(value.Float(), 'g', -1, 32))
	case value.CanFloat():
		return double(value.Float())
	case value.Kind() == reflect.Slice && value.Type().Elem().Kind() != reflect.Uint8, value.Kind() == reflect.Array:
		return types.NewDynamicList(a, value.Interface())
	case value.Kind() == reflect.Map && value.Type().Key() == reflect.TypeFor[string]():
		return types.NewDynamicMap(a, value.Interface())
	default:
		return a.written(value.Interface())
	}
}

// written converts a value as JSON writes it.
func (a adapter) written(value any) ref.Val {
	text, err := json.Marshal(value)
	if err != nil {
		return types.NewErr("%v", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var plain any
	if err := decoder.Decode(&plain); err != nil {
		return types.NewErr("%v", err)
	}
	return a.NativeToValue(plain)
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
