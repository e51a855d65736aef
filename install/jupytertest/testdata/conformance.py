"""jupyter_kernel_test with every attribute filled in, so that nothing is skipped."""

import unittest

import jupyter_kernel_test as jkt


class Kernel(jkt.KernelTests):
    kernel_name = "gokernel"
    language_name = "go"
    file_extension = ".go"
    code_hello_world = 'fmt.Println("hello, world")'
    code_stderr = 'fmt.Fprintln(os.Stderr, "to standard error")'
    completion_samples = [
        {"text": "fmt.Printl", "matches": ["Println"]},
        {"text": "strings.Title", "matches": ["Title"]},
        {"text": "import \"net/http/httptra", "matches": ["net/http/httptrace"]},
    ]
    complete_code_samples = [
        "x := 1",
        "func f(x int) int {\n\treturn x\n}\nf(2)",
        "package main\n\nfunc main() {}\n",
        "// a comment",
        "s := `raw\ntext`",
        "%goroutines",
    ]
    incomplete_code_samples = [
        "func f(x int) int {",
        "x := []int{1,",
        "s := `raw",
        "import (",
        "for i := range 3 {\n\tfmt.Println(i)",
        "/* a comment",
    ]
    invalid_code_samples = ["x := := 1", "func {", "if }", "1 +* 2)"]
    code_page_something = "fmt.Println?"
    code_generate_error = 'panic("on purpose")'
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "[]int{1, 2, 3}", "result": "[1 2 3]"},
        {"code": "x := 6 * 7\nx", "result": "42"},
        {"code": "map[string]bool{}", "result": "map[]"},
    ]
    code_display_data = [
        {"code": 'display.HTML("<b>hello</b>")', "mime": "text/html"},
        {"code": 'display.Markdown("**hello**")', "mime": "text/markdown"},
        {"code": 'display.SVG("<svg xmlns=\\"http://www.w3.org/2000/svg\\"/>")', "mime": "image/svg+xml"},
        {"code": "display.Image(image.NewGray(image.Rect(0, 0, 2, 2)))", "mime": "image/png"},
    ]
    code_history_pattern = "1 +?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "fmt.Println"
    code_clear_output = "display.Clear()"


class Welcome(jkt.IopubWelcomeTests):
    kernel_name = "gokernel"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
