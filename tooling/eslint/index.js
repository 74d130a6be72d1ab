import eslint from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** The rules for every file; type-checked through the tsconfig at the root, or that for browsers. */
export default defineConfig(
  globalIgnores(['**/dist', '**/dist.tmp']),
  eslint.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './**/browser/tsconfig.json'] },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // The compiler does this one, in plain JavaScript too.
      'no-undef': 'off',
      // Control characters are part of the bytes this project moves.
      'no-control-regex': 'off',
      // An action, or a method of an interface, is async by its type, awaiting or not.
      '@typescript-eslint/require-await': 'off',
    },
  },
  // The linter does not see the casts of plain JavaScript, which are comments; the compiler does.
  { files: ['**/*.{js,mjs,cjs}'], ...tseslint.configs.disableTypeChecked },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
)
