// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
)

// TestOffline: what people are told to try while they wait works, without a cluster.
func TestOffline(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for line := range strings.Lines(offline) {
		arguments := strings.Fields(line)
		if len(arguments) == 0 || arguments[0] != "bin/rolewright" {
			continue
		}
		tried++
		for i := range arguments {
			arguments[i] = strings.Replace(arguments[i], "config/samples", here+"/../../config/samples", 1)
		}
		var out bytes.Buffer
		code := cli.Run(t.Context(), arguments, genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out})
		if code > 1 || out.Len() == 0 {
			t.Errorf("%s gives %d: %s", line, code, out.String())
		}
	}
	if tried < 4 {
		t.Errorf("%d commands were tried", tried)
	}
}
