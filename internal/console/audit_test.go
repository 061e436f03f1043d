// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
)

// TestAudit reads what a cluster knows of an organization, out of objects that were saved from it.
func TestAudit(t *testing.T) {
	handler := pagesOf(t, source{state: stateOf(t, "testdata/saved.yaml")})
	body := get(handler, "/office/office/audit").Body.String()
	for _, wanted := range []string{
		"2030-03-04 09:00:21", "revision 12", "<code>argocd</code>", `<a href="/office/office/user?id=ben">ben</a>`, "written by system:serviceaccount:office:portal",
		"&lt;b&gt;fine&lt;/b&gt;", "14 of 14", `href="/office/office/audit.csv"`,
	} {
		if !strings.Contains(body, wanted) {
			t.Errorf("the page lacks %s", wanted)
		}
	}
	if body := get(handler, "/office/office/audit?user=ann&what=RoleEnded&from=2030-03-04&until=2030-03-04").Body.String(); !strings.Contains(body, "1–1 of 1") {
		t.Errorf("of one event the page shows %s", between(body, `class="pages">`, "<"))
	}
	for _, path := range []string{"audit", "audit.csv"} {
		if body := get(handler, "/office/office/"+path+"?from=soon").Body.String(); !strings.Contains(body, "soon is no date") {
			t.Errorf("%s: a date that is none: %s", path, between(body, "<h1>", "<footer"))
		}
	}
	empty := pagesOf(t, source{state: stateOf(t, "../../config/samples/quickstart")})
	if body := get(empty, "/quickstart/quickstart/audit").Body.String(); !strings.Contains(body, "--show-managed-fields") {
		t.Error("manifests that people write: the page does not say what to do")
	}
}

// TestAuditCSV: the spreadsheet has all events, and no cell of it is a formula.
func TestAuditCSV(t *testing.T) {
	handler := pagesOf(t, source{state: stateOf(t, "testdata/saved.yaml")})
	w := get(handler, "/office/office/audit.csv")
	if !strings.Contains(w.Header().Get("Content-Disposition"), "office-audit.csv") {
		t.Errorf("the file is called %s", w.Header().Get("Content-Disposition"))
	}
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) != 15 {
		t.Fatalf("there are %d rows: %v", len(rows), err)
	}
	quoted := 0
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("%q is a formula", cell)
			}
			if strings.HasPrefix(cell, "'=") {
				quoted++
			}
		}
	}
	if quoted != 2 {
		t.Errorf("%d cells are quoted", quoted)
	}
	if w := get(handler, "/office/other/audit.csv"); w.Code != http.StatusNotFound {
		t.Errorf("of another organization: %d", w.Code)
	}
	rows, err = csv.NewReader(get(handler, "/office/office/audit.csv?by=argocd").Body).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Errorf("by one client there are %d rows: %v", len(rows), err)
	}
}
