-- What a person does in Neovim with a manifest that has a mistake. Writes what was seen to the file $SEEN.
local seen = {}
local function wait(what, condition)
  if not vim.wait(60000, condition, 20) then
    error('waited in vain for ' .. what)
  end
end
local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 60000)
  for _, answer in pairs(answers or {}) do
    return answer.result
  end
end

local ok, problem = pcall(function()
  vim.cmd('edit ' .. vim.env.MANIFEST)
  wait('diagnostics', function() return #vim.diagnostic.get(0) > 0 end)
  local found = vim.diagnostic.get(0)[1]
  seen.found = { code = found.code or found.user_data.lsp.code, line = found.lnum, column = found.col,
    last = found.end_col, source = found.source, message = found.message }

  vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
  seen.hover = ask('textDocument/hover', vim.lsp.util.make_position_params()).contents.value

  local asked = vim.lsp.util.make_range_params()
  asked.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics() }
  local actions = ask('textDocument/codeAction', asked)
  seen.actions = vim.tbl_map(function(action) return action.title end, actions)
  vim.lsp.util.apply_workspace_edit(actions[1].edit, 'utf-16')
  seen.cured = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  wait('the finding to go', function() return #vim.diagnostic.get(0) == 0 end)

  vim.api.nvim_buf_set_lines(0, found.lnum + 1, found.lnum + 1, false, { '    kubernetes.io/elb.autoc' })
  vim.api.nvim_win_set_cursor(0, { found.lnum + 2, 27 })
  local params = vim.lsp.util.make_position_params()
  params.position.character = 27
  local offered = ask('textDocument/completion', params)
  for _, item in ipairs(offered.items) do
    if item.label == 'kubernetes.io/elb.autocreate' then
      vim.lsp.util.apply_text_edits({ item.textEdit }, 0, 'utf-16')
    end
  end
  seen.completed = vim.api.nvim_buf_get_lines(0, found.lnum + 1, found.lnum + 2, false)[1]
  vim.cmd('undo')
  vim.cmd('write')
end)
seen.problem = ok and '' or tostring(problem)
local file = io.open(vim.env.SEEN, 'w')
file:write(vim.fn.json_encode(seen))
file:close()
vim.cmd('qall!')
