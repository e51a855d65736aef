// Package notebooks is the course as it is stored beside this file.
package notebooks

import "embed"

// Course holds the notebooks of the course, by language.
//
//go:embed en/*.ipynb ko/*.ipynb
var Course embed.FS
