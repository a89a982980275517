import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['lib/**', 'node_modules/**', '**/*.cjs'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    plugins: { 'react-hooks': hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      'no-console': ['error', { allow: ['warn'] }],
      eqeqeq: 'error',
      '@typescript-eslint/no-explicit-any': 'error'
    }
  }
);
