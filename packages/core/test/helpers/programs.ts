export { programs, recording, type Call, type Programs } from '@nethserver-migrate/testkit'
