// SPDX-License-Identifier: Apache-2.0

// Package property checks properties that show something only once their draws have reached certain cases.
//
// What goes in are a property of package rapid and what its draws have not reached; what comes out is a failed test, or none. A
// property that holds because nothing was drawn that could break it shows nothing, and how many draws it takes to reach a case is
// luck: so the property is checked again until the case is reached, and only what many rounds do not reach fails. The package
// must not know what is drawn.
package property
