// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestMatrixOfAUser shows a user beside the roles, and keeps the filters of the page in its other forms.
func TestMatrixOfAUser(t *testing.T) {
	handler := pagesOf(t, source{state: stateOf(t, "../../config/samples/quickstart")})
	body := get(handler, "/quickstart/quickstart/matrix?user=lena@library.example&section=loans").Body.String()
	for _, wanted := range []string{
		`href="/quickstart/quickstart/user?id=lena%40library.example"`, `href="/quickstart/quickstart/role?name=librarian#holders"`,
		"<strong>in harbour</strong>", `as of <time datetime="2030-06-01T08:00:00Z"`, `href="/quickstart/quickstart/matrix.csv?user=lena@library.example&amp;section=loans"`,
	} {
		if !strings.Contains(body, wanted) {
			t.Errorf("the page lacks %s", wanted)
		}
	}
	csv := get(handler, "/quickstart/quickstart/matrix.csv?user=lena@library.example&section=loans").Body.String()
	if !strings.HasPrefix(csv, "section,permission,curator,reader,librarian,lena@library.example\n") || strings.Contains(csv, "collection.") {
		t.Errorf("the spreadsheet is\n%s", csv)
	}
	if w := get(handler, "/quickstart/quickstart/matrix?user=x"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "there is no user") {
		t.Errorf("of nobody: %d", w.Code)
	}
}
