-- A session with a real Neovim (0.7 or newer), by hand. In a repository with a broken content/acme/docs/widget/DOC.md:
--   CHUB_LINT=path/to/chub-lint nvim --headless --clean -c "luafile path/to/neovim.lua"
-- It opens the document, shows its findings, applies all safe fixes and shows what is left, then opens a file in a
-- folder that does not exist. The text between bars is what each range covers.
local root = vim.fn.getcwd()
local file = root .. "/content/acme/docs/widget/DOC.md"
vim.cmd("edit " .. file)
local buf = vim.api.nvim_get_current_buf()
local start = vim.lsp.start_client
local id = start({ name = "chub-lint", cmd = { os.getenv("CHUB_LINT"), "lsp" }, root_dir = root,
  workspace_folders = { { uri = vim.uri_from_fname(root), name = root } } })
vim.lsp.buf_attach_client(buf, id)
local function show(title)
  print(title)
  for _, d in ipairs(vim.diagnostic.get(buf)) do
    local line = vim.api.nvim_buf_get_lines(buf, d.lnum, d.lnum + 1, false)[1] or ""
    print(string.format("  %d:%d-%d %s |%s|", d.lnum + 1, d.col, d.end_col or -1, d.code or "", line:sub(d.col + 1, d.end_col)))
  end
end
vim.wait(8000, function() return #vim.diagnostic.get(buf) > 0 end, 50)
local client = vim.lsp.get_client_by_id(id)
print("offset_encoding " .. client.offset_encoding)
show("opened:")
local last = vim.api.nvim_buf_line_count(buf)
local params = { textDocument = { uri = vim.uri_from_bufnr(buf) },
  range = { start = { line = 0, character = 0 }, ["end"] = { line = last, character = 0 } },
  context = { diagnostics = {}, only = { "source.fixAll" } } }
local answer = client.request_sync("textDocument/codeAction", params, 5000, buf)
for _, action in ipairs(answer.result or {}) do
  print("action: " .. action.title)
  vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
end
local before = #vim.diagnostic.get(buf)
vim.wait(5000, function() return #vim.diagnostic.get(buf) < before end, 50)
show("after the safe fixes:")
vim.cmd("edit " .. root .. "/content/acme/docs/brand-new/python/DOC.md")
buf = vim.api.nvim_get_current_buf()
vim.api.nvim_buf_set_lines(buf, 0, -1, false, { "---", "name: brand-new", "source: x", "---", "# New" })
vim.lsp.buf_attach_client(buf, id)
vim.wait(5000, function() return #vim.diagnostic.get(buf) > 0 end, 50)
show("a file in a folder that does not exist:")
vim.cmd("qa!")
