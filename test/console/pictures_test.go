// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/rolewright/rolewright/test/browser"
)

var update = flag.Bool("update", false, "write the screenshots of docs/console.md")

// picture is what docs/console.md shows of one page, light and dark.
type picture struct {
	// name is that of its file, without light or dark.
	name, path string
	width      int64
}

var pictures = []picture{
	{"organizations", "/", 1280},
	{"overview", "/staffing/staffing", 1280},
	{"platform", "/-/platform", 1280},
	{"catalog", "/-/catalog?name=homehealth", 1280},
	{"matrix", "/performance/compass/matrix", 1280},
	{"matrix-user", "/performance/compass/matrix?user=emma@compass.example&role=employee&role=manager&differing=yes", 1280},
	{"roles", "/contracts/contracts/roles", 1280},
	{"role", "/performance/compass/role?name=manager", 1280},
	{"without", "/quickstart/quickstart/without?role=reader&as=lena@library.example", 1280},
	{"users", "/contracts/contracts/users", 1280},
	{"user", "/performance/compass/user?id=emma@compass.example", 1280},
	{"units", "/contracts/contracts/tree", 1280},
	{"unit", "/contracts/contracts/unit?name=hospital-1", 1280},
	{"administers", "/quickstart/quickstart/administers?id=lena@library.example", 1280},
	{"permission", "/performance/compass/permission?name=plans.review", 1280},
	{"ask", "/performance/compass/ask?user=emma@compass.example&permission=plans.review", 1280},
	{"ask-phone", "/performance/compass/ask?user=emma@compass.example&permission=plans.review", 360},
	{"changes", "/quickstart/quickstart/changes", 1280},
	{"findings", "/contracts/contracts/findings", 1280},
	{"object", "/-/object?kind=UserAssignment&namespace=contracts&name=dora&field=spec.grants[contract-viewer].scope", 1280},
	{"search", "/-/search?q=manager", 1280},
	{"audit", "/office/office/audit", 1280},
}

// shades are the two looks of a picture, by the ends of the names of their files.
var shades = map[string]bool{"light": false, "dark": true}

// mostBytesOfPictures keeps the repository small.
const mostBytesOfPictures = 4 << 20

// TestPictures holds that the page of the console shows a picture of each page, light and dark. With -update, it takes them.
func TestPictures(t *testing.T) {
	text, err := os.ReadFile("../../docs/console.md")
	if err != nil {
		t.Fatal(err)
	}
	bytesInAll := int64(0)
	wanted := map[string]bool{}
	for _, p := range pictures {
		for shade := range shades {
			file := p.name + "-" + shade + ".png"
			wanted[file] = true
			if !strings.Contains(string(text), `"console/`+file+`"`) {
				t.Errorf("docs/console.md does not show %s", file)
			}
			info, err := os.Stat("../../docs/console/" + file)
			switch {
			case err == nil:
				bytesInAll += info.Size()
			case !*update:
				t.Errorf("go test ./test/console -run TestPictures -update takes the pictures: %v", err)
			}
		}
	}
	if bytesInAll > mostBytesOfPictures {
		t.Errorf("the pictures have %d bytes, and may have %d", bytesInAll, mostBytesOfPictures)
	}
	files, err := os.ReadDir("../../docs/console")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !wanted[file.Name()] && !*update && !strings.Contains(string(text), `"console/`+file.Name()+`"`) {
			t.Errorf("nothing shows the picture %s", file.Name())
		}
	}
	if *update {
		takePictures(t)
	}
}

// takePictures writes all pictures.
func takePictures(t *testing.T) {
	t.Helper()
	// Without, nothing would be written, and that would pass.
	t.Setenv("ROLEWRIGHT_BROWSER", "required")
	t.Chdir("../..")
	b := browser.Open(t, serve(t, "config/samples", strings.TrimPrefix(saved, "../../")))
	for _, p := range pictures {
		for shade, dark := range shades {
			b.SetDark(dark)
			b.Visit(p.path, p.width)
			if p.name == "changes" {
				proposeUser(b)
			}
			if err := os.WriteFile("docs/console/"+p.name+"-"+shade+".png", b.Picture(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// newReader is a user whom the quickstart lacks.
const newReader = `apiVersion: rolewright.dev/v1alpha1
kind: UserAssignment
metadata: {name: mia}
spec:
  organizationRef: {name: quickstart}
  user: mia@library.example
  grants:
  - {name: reader, roleRef: {name: reader}, scope: {units: [harbour]}}
`

// proposeUser asks on the page of changes whether a librarian may take in a reader.
func proposeUser(b *browser.Tab) {
	b.Helper()
	b.Run(
		chromedp.SetValue("textarea[name=manifests]", newReader), chromedp.SetValue("input[name=as]", "lena@library.example"),
		chromedp.Click("form.question button"),
	)
	b.WaitFor(`document.querySelector("section.answer") !== null`)
}
