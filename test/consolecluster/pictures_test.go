// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	"flag"
	"os"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/test/browser"
)

var update = flag.Bool("update", false, "write the screenshots of requests in docs/console.md")

// takePictures takes the pictures of docs/console.md, if it is to be updated.
func takePictures(tab *browser.Tab, d *desk) {
	GinkgoHelper()
	text, err := os.ReadFile("../../docs/console.md")
	Expect(err).NotTo(HaveOccurred())
	waiting := d.Namespace + "/" + d.waiting
	for _, picture := range []struct {
		name, path string
		width      int64
	}{
		{"requests", pathOf(d.World, "requests"), 1280},
		{"requests-phone", pathOf(d.World, "requests"), 360},
		{"request", pathOf(d.World, "request?name="+d.ended), 1280},
		{"decide", "/-/decide?verdict=Approve&request=" + waiting, 1280},
		{"new-request", pathOf(d.World, "new-request?type=access&role=lead&unit=east&duration=8h"), 1280},
	} {
		for shade, dark := range map[string]bool{"light": false, "dark": true} {
			file := "console/" + picture.name + "-" + shade + ".png"
			Expect(string(text)).To(ContainSubstring(`"` + file + `"`))
			file = "../../docs/" + file
			if !*update {
				Expect(file).To(BeAnExistingFile())
				continue
			}
			tab.SetDark(dark)
			tab.Visit(picture.path, picture.width)
			Expect(os.WriteFile(file, tab.Picture(), 0o600)).To(Succeed())
		}
	}
}
