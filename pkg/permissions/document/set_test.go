// SPDX-License-Identifier: Apache-2.0

package document

import (
	"encoding/json"
	"testing"
)

// TestSetIsWrittenAsASortedList, and read from any list.
func TestSetIsWrittenAsASortedList(t *testing.T) {
	for text, want := range map[string]string{
		`{"withoutDefaults": ["b", "a", "b"]}`: `{"withoutDefaults":["a","b"]}`,
		`{"withoutDefaults": []}`:              `{}`,
		`{"withoutDefaults": null}`:            `{}`,
		`{}`:                                   `{}`,
	} {
		var user User
		if err := json.Unmarshal([]byte(text), &user); err != nil {
			t.Fatal(err)
		}
		if got, err := json.Marshal(user); err != nil || string(got) != want {
			t.Errorf("%s is written as %s, %v; want %s", text, got, err, want)
		}
		if user.WithoutDefaults.Has("c") || user.WithoutDefaults.Has("b") != (len(user.WithoutDefaults) == 2) {
			t.Errorf("%s is read as %v", text, user.WithoutDefaults.Names())
		}
	}
	var user User
	if err := json.Unmarshal([]byte(`{"withoutDefaults": "a"}`), &user); err == nil {
		t.Error("a text is read as a set")
	}
}
