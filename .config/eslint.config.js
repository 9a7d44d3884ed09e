import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

// The rules that oxlint (.oxlintrc.json) has not, or has with gaps. The one that needs types costs a minute: CI asks it.
const typed = process.env.CI === undefined ? 'off' : 'error'

export default defineConfig(
  globalIgnores(['dist/', 'node_modules/', '**/node_modules/', 'coverage/']),
  { linterOptions: { reportUnusedDisableDirectives: 'off' } },
  {
    rules: {
      'no-dupe-args': 'error',
      'no-octal': 'error',
      'no-unused-private-class-members': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        projectService: typed === 'error',
        tsconfigRootDir: new URL('..', import.meta.url).pathname,
      },
    },
    rules: {
      '@typescript-eslint/no-unsafe-class-instance-assignment': typed,
      '@typescript-eslint/explicit-module-boundary-types': 'error',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
)
